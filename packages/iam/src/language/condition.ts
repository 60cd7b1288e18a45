import type { RequestContext } from './context.ts'
import type { ConditionBlock } from './document.ts'
import { type Operator, parseOperator, type ValueTest } from './operator.ts'

/** A condition that did not hold, with what it wanted and what there was. */
export interface ConditionMiss {
  readonly operator: string
  readonly key: string
  readonly expected: readonly string[]
  /** undefined: the key is absent. */
  readonly actual: readonly string[] | undefined
}

export interface CompiledCondition {
  /** The conditions that do not hold; none means that the block matches. */
  misses(context: RequestContext): readonly ConditionMiss[]
}

export interface ConditionOptions {
  readonly variables: boolean
  /** Of the statement: decides what a comparison with a variable without value counts as. */
  readonly effect: 'Allow' | 'Deny'
}

const NO_MISSES: readonly ConditionMiss[] = []
const ALWAYS: CompiledCondition = { misses: () => NO_MISSES }

type Clause = (context: RequestContext) => ConditionMiss | undefined

/** Clauses are joined by "and": …/reference_policies_condition-logic-multiple-context-keys-or-values.html */
export function compileCondition(block: ConditionBlock | undefined, options: ConditionOptions): CompiledCondition {
  const clauses: Clause[] = []
  for (const [name, keys] of Object.entries(block ?? {})) {
    const operator = parseOperator(name)
    for (const [key, expected] of Object.entries(keys))
      clauses.push(compileClause(name, operator, key, expected, options))
  }
  if (clauses.length === 0) return ALWAYS
  return {
    misses(context) {
      let misses: ConditionMiss[] | undefined
      for (const clause of clauses) {
        const miss = clause(context)
        if (miss) misses = [...(misses ?? []), miss]
      }
      return misses ?? NO_MISSES
    },
  }
}

function compileClause(
  name: string,
  operator: Operator | undefined,
  key: string,
  expected: readonly string[],
  options: ConditionOptions,
): Clause {
  const lowerKey = key.toLowerCase()
  const holds = operator ? compileOperator(operator, expected, options) : () => false
  return context => {
    const actual = context.get(lowerKey)
    return holds(actual, context) ? undefined : { operator: name, key, expected, actual }
  }
}

type Holds = (actual: readonly string[] | undefined, context: RequestContext) => boolean

function compileOperator(operator: Operator, expected: readonly string[], options: ConditionOptions): Holds {
  const { base, negated, quantifier, ifExists } = operator
  if (!base) {
    const wanted = new Set(expected.map(value => value.toLowerCase()))
    return actual => wanted.has(String(actual === undefined))
  }
  const tests = expected.map(value => base.compile(value, options.variables))
  // AWS calls a statement with a variable that has no value invalid; here such a comparison never opens what it should guard.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
  const unresolved = negated && options.effect === 'Allow'
  const one = (value: string, context: RequestContext) => matchesAny(tests, value, context, unresolved) !== negated
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  if (quantifier === 'ForAllValues') {
    return (actual, context) => isEmpty(actual) || actual.every(value => one(value, context))
  }
  if (quantifier === 'ForAnyValue') {
    return (actual, context) => (actual ? !isEmpty(actual) && actual.some(value => one(value, context)) : ifExists)
  }
  // A key that is absent matches nothing, so a negated operator holds.
  return (actual, context) => {
    if (!actual) return ifExists || (negated && !anyUnresolved(tests, context, unresolved))
    return negated ? actual.every(value => one(value, context)) : actual.some(value => one(value, context))
  }
}

function isEmpty(actual: readonly string[] | undefined): actual is undefined {
  return actual === undefined || (actual.length === 1 && actual[0] === '')
}

function matchesAny(tests: readonly ValueTest[], value: string, context: RequestContext, unresolved: boolean): boolean {
  for (const test of tests) if (test(value, context) ?? unresolved) return true
  return false
}

function anyUnresolved(tests: readonly ValueTest[], context: RequestContext, matters: boolean): boolean {
  return matters && tests.some(test => test('', context) === undefined)
}
