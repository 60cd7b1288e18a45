import type { Path } from '../source/spot.ts'
import type { Resolve, Scope } from './scope.ts'
import { entryOf, hasPlaceholder, isObject, isScalar } from './value.ts'

/** true, false, or undefined where a value is not known. */
type Truth = boolean | undefined
type Rule = (argument: unknown, at: Path, scope: Scope, resolve: Resolve) => Truth

const each = (argument: unknown, at: Path, scope: Scope, resolve: Resolve): Truth[] =>
  Array.isArray(argument) ? argument.map((item, index) => truth(item, [...at, index], scope, resolve)) : []

const all = (values: readonly Truth[]): Truth =>
  values.includes(false) ? false : values.includes(undefined) ? undefined : true
const not = (value: Truth): Truth => (value === undefined ? undefined : !value)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html */
const RULES: Readonly<Record<string, Rule>> = {
  'Fn::And': (argument, at, scope, resolve) => all(each(argument, at, scope, resolve)),
  'Fn::Or': (argument, at, scope, resolve) => not(all(each(argument, at, scope, resolve).map(not))),
  'Fn::Not': (argument, at, scope, resolve) => not(each(argument, at, scope, resolve)[0]),
  'Fn::Equals': (argument, at, _scope, resolve) => {
    const [left, right] = Array.isArray(argument)
      ? argument.map((item, index) => resolve(item, [...at, index]))
      : [undefined, undefined]
    const [one, other] = [text(left), text(right)]
    if (one === other) return true
    return hasPlaceholder(one) || hasPlaceholder(other) ? undefined : false
  },
  Condition: (argument, at, scope) => (typeof argument === 'string' ? scope.condition(argument, at) : undefined),
}

const text = (value: unknown): string => (isScalar(value) ? String(value) : (JSON.stringify(value) ?? ''))

export function truth(value: unknown, at: Path, scope: Scope, resolve: Resolve): Truth {
  if (typeof value === 'boolean') return value
  if (!isObject(value)) return value === 'true' ? true : value === 'false' ? false : undefined
  const [name = '', ...more] = Object.keys(value)
  const rule = more.length === 0 ? entryOf(RULES, name) : undefined
  if (rule) return rule(value[name], [...at, name], scope, resolve)
  scope.report(
    {
      code: 'unknown-intrinsic',
      severity: 'error',
      message: `${name === '' ? 'nothing' : name} is not a condition function`,
      consequence: 'the condition cannot be decided, so what depends on it is taken as present',
      cure: `write one of ${Object.keys(RULES).join(', ')}`,
      page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html',
    },
    at,
  )
  return undefined
}
