import { compileCondition } from '../language/condition.ts'
import type { RequestContext } from '../language/context.ts'
import type { ConditionBlock, PolicyVersion, Statement } from '../language/document.ts'
import { parseOperator } from '../language/operator.ts'
import { parseTemplate, type Template } from '../language/template.ts'

/** One condition of a statement: an operator, a key in lower case, values. */
export interface Clause {
  /** Same for clauses that hold for the same requests. */
  readonly id: string
  readonly operator: string
  readonly family: Family | undefined
  readonly quantified: boolean
  readonly key: string
  /** the key as the policy spells it */
  readonly written: string
  readonly values: readonly string[]
  readonly variables: boolean
  readonly effect: 'Allow' | 'Deny'
  holds(context: RequestContext): boolean
}

/** How a key's values are compared; `presence` looks at none. */
export type Family = 'exact' | 'fold' | 'like' | 'arn' | 'number' | 'moment' | 'address' | 'binary' | 'presence'

const FAMILY: readonly (readonly [RegExp, Family])[] = [
  [/^StringEquals$/, 'exact'],
  [/^(StringEqualsIgnoreCase|Bool)$/, 'fold'],
  [/^StringLike$/, 'like'],
  [/^Arn(Equals|Like)$/, 'arn'],
  [/^Numeric/, 'number'],
  [/^Date/, 'moment'],
  [/^IpAddress$/, 'address'],
  [/^BinaryEquals$/, 'binary'],
  [/^Null$/, 'presence'],
]

const cache = new WeakMap<ConditionBlock, Map<string, readonly Clause[]>>()

export function clausesOf({ Condition, Effect }: Statement, version: PolicyVersion): readonly Clause[] {
  if (!Condition) return []
  const known = cache.get(Condition) ?? new Map<string, readonly Clause[]>()
  cache.set(Condition, known)
  const key = `${version} ${Effect}`
  const variables = version === '2012-10-17'
  const clauses =
    known.get(key) ??
    Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([name, values]) => clauseOf(operator, name, values, variables, Effect)),
    )
  known.set(key, clauses)
  return clauses
}

export function clauseOf(
  operator: string,
  key: string,
  values: readonly string[],
  variables: boolean,
  effect: 'Allow' | 'Deny',
): Clause {
  const parsed = parseOperator(operator)
  const family = parsed && familyOf(operator)
  const condition = compileCondition({ [operator]: { [key]: values } }, { variables, effect })
  const templated = variables && values.some(value => value.includes('${'))
  const lowerKey = key.toLowerCase()
  return {
    id: JSON.stringify([operator, lowerKey, [...values].sort(), ...(templated ? [parsed?.negated && effect] : [])]),
    operator,
    family,
    quantified: parsed?.quantifier !== undefined,
    key: lowerKey,
    written: key,
    values,
    variables,
    effect,
    holds: context => condition.misses(context).length === 0,
  }
}

function familyOf(operator: string): Family | undefined {
  const stem = operator
    .replace(/^For(All|Any)Values?:/, '')
    .replace(/IfExists$/, '')
    .replace('Not', '')
  return FAMILY.find(([pattern]) => pattern.test(stem))?.[1]
}

const TEMPLATED: ReadonlySet<Family | undefined> = new Set(['exact', 'fold', 'like', 'arn'])

export function templatesOf(clause: Clause): Template[] {
  if (!TEMPLATED.has(clause.family)) return []
  const wildcards = clause.family === 'like' || clause.family === 'arn'
  return clause.values.map(value => parseTemplate(value, { variables: clause.variables, wildcards }))
}

/** The condition keys that a template's variables ask for. */
export function keysOf(template: Template): string[] {
  const keys: string[] = []
  template.resolve({
    get(key) {
      keys.push(key)
      return ['x']
    },
  })
  return keys
}
