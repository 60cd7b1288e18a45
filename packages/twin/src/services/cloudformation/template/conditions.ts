import { own } from '../../../engine/index.ts'
import { formatError, templateError } from './errors.ts'
import { callOf, evaluate, unknownFunction } from './evaluate.ts'
import { isObject, type Json } from './json.ts'
import type { Scope } from './scope.ts'

type Truth = (condition: Json) => boolean

const list = (argument: Json, name: string): Json[] => {
  if (Array.isArray(argument) && argument.length >= 2 && argument.length <= 10) return argument
  throw templateError(`every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`)
}

const pair = (argument: Json): [Json, Json] => {
  if (Array.isArray(argument) && argument.length === 2) return argument as [Json, Json]
  throw templateError('every Fn::Equals object requires a list of 2 string parameters.')
}

const single = (argument: Json): Json => {
  const [only] = Array.isArray(argument) && argument.length === 1 ? argument : []
  if (only === undefined) throw templateError('every Fn::Not object requires one boolean parameter.')
  return only
}

const printed = (value: Json) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html */
export const conditionFunctions: Record<string, (argument: Json, truth: Truth, scope: Scope) => boolean> = {
  'Fn::And': (argument, truth) => list(argument, 'Fn::And').every(truth),
  'Fn::Or': (argument, truth) => list(argument, 'Fn::Or').some(truth),
  'Fn::Not': (argument, truth) => !truth(single(argument)),
  'Fn::Equals': (argument, _truth, scope) => {
    const [a, b] = pair(argument)
    return printed(evaluate(a, scope)) === printed(evaluate(b, scope))
  },
}

/** Whether a condition holds; asked by name, decided once. */
export function conditionsOf(conditions: Record<string, Json>, scope: Scope): (name: string) => boolean {
  const known = new Map<string, boolean>()
  const open: string[] = []
  const named = (name: string): boolean => {
    const answer = known.get(name)
    if (answer !== undefined) return answer
    const condition = own(conditions, name)
    if (condition === undefined)
      throw formatError(`Unresolved condition dependency ${name} in the Conditions block of the template`)
    if (open.includes(name)) throw formatError(`Circular dependency between conditions: [${open.join(', ')}]`)
    open.push(name)
    const value = truth(condition)
    open.pop()
    known.set(name, value)
    return value
  }
  const inner: Scope = { ...scope, condition: named }
  const truth: Truth = condition => {
    if (condition === true || condition === 'true') return true
    if (condition === false || condition === 'false') return false
    if (!isObject(condition))
      throw formatError('Conditions can only be boolean operations on parameters and other conditions')
    if (typeof condition.Condition === 'string') return named(condition.Condition)
    const [name, argument] = callOf(condition) ?? []
    if (name === undefined || argument === undefined) throw formatError('Every Condition member must be a function.')
    const decide = own(conditionFunctions, name)
    if (decide === undefined) throw unknownFunction(name)
    return decide(argument, truth, inner)
  }
  return named
}
