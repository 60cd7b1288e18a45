import { own } from '../../../engine/index.ts'
import { conditionFunctions } from './conditions.ts'
import { templateError, validationError } from './errors.ts'
import { callOf, evaluate, unknownFunction } from './evaluate.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import type { Scope } from './scope.ts'

type Truth = (condition: Json) => boolean

const lists = (argument: Json, name: string, scope: Scope): [Json[], Json] => {
  const [first, second] = Array.isArray(argument) && argument.length === 2 ? argument : []
  const members = first === undefined ? undefined : evaluate(first, scope)
  if (!Array.isArray(members) || second === undefined)
    throw templateError(`every ${name} object requires two parameters`)
  return [members.map(String), evaluate(second, scope)]
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html */
const ruleFunctions: Record<string, (argument: Json, truth: Truth, scope: Scope) => boolean> = {
  ...conditionFunctions,
  'Fn::Contains': (argument, _truth, scope) => {
    const [members, wanted] = lists(argument, 'Fn::Contains', scope)
    return members.includes(String(wanted))
  },
  'Fn::EachMemberEquals': (argument, _truth, scope) => {
    const [members, wanted] = lists(argument, 'Fn::EachMemberEquals', scope)
    return members.every(member => member === String(wanted))
  },
  'Fn::EachMemberIn': (argument, _truth, scope) => {
    const [members, allowed] = lists(argument, 'Fn::EachMemberIn', scope)
    return Array.isArray(allowed) && members.every(member => allowed.map(String).includes(String(member)))
  },
}

function check(rule: JsonObject, scope: Scope): string | undefined {
  const truth: Truth = condition => {
    const [name, argument] = (isObject(condition) ? callOf(condition) : undefined) ?? []
    if (name === undefined || argument === undefined)
      throw templateError('every rule must be a function of the parameters')
    const decide = own(ruleFunctions, name)
    if (decide === undefined) throw unknownFunction(name)
    return decide(argument, truth, scope)
  }
  if (rule.RuleCondition !== undefined && !truth(rule.RuleCondition)) return undefined
  const assertions = Array.isArray(rule.Assertions) ? rule.Assertions.filter(isObject) : []
  const broken = assertions.find(assertion => assertion.Assert !== undefined && !truth(assertion.Assert))
  return broken === undefined ? undefined : String(broken.AssertDescription ?? 'an assertion does not hold')
}

/** Rules look at parameters before anything is made; every broken one is named. */
export function checkRules(rules: Record<string, JsonObject>, scope: Scope) {
  const broken = Object.entries(rules).flatMap(([name, rule]) => {
    const problem = check(rule, scope)
    return problem === undefined ? [] : [`${name}: ${problem}`]
  })
  if (broken.length > 0) throw validationError(`Template validation error: Rule assertion failed: ${broken.join('; ')}`)
}
