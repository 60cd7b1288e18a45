import { type AccessRequest, arnLike, type ConditionBlock, type Statement } from '@tripoint/iam'
import { contextOf, TODAY } from '../proof/sample.ts'
import type { Asked } from '../world/request.ts'
import { couldName } from './limits.ts'
import { isAbout, isOn } from './overlap.ts'

type Context = Asked['context']

/** What follows from who asks and what he asks about: nobody can choose it. */
const DERIVED = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:userid',
  'aws:username',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:resourceaccount',
])

/** The statements of a policy that could allow the action on something of the pattern. */
export const allowing = (request: AccessRequest, action: string, pattern: string): Statement[] =>
  request.identity.flatMap(({ document }) => document.Statement.filter(each => allows(each, action, pattern)))

export const admitting = (request: AccessRequest, principal: string, action: string, pattern: string): Statement[] =>
  (request.resourcePolicy?.document.Statement ?? []).filter(
    each => allows(each, action, pattern) && couldName(each, principal),
  )

const allows = (statement: Statement, action: string, pattern: string): boolean =>
  statement.Effect === 'Allow' && isAbout(statement, action) && isOn(statement, pattern)

/** Resources and contexts for which the statements' conditions hold, the likeliest first. */
export function contexts(identity: readonly Statement[], resource: readonly Statement[], fixed: Context): Context[] {
  const pairs = listed(identity).flatMap(mine => listed(resource).map(theirs => [mine, theirs] as const))
  const made = pairs.map(([mine, theirs]) => ({ ...TODAY, ...meeting(mine), ...meeting(theirs), ...fixed }))
  return [...new Map([{ ...TODAY, ...fixed }, ...made].map(each => [JSON.stringify(each), each])).values()]
}

const listed = (statements: readonly Statement[]): readonly (Statement | undefined)[] =>
  statements.length === 0 ? [undefined] : statements

function meeting(statement: Statement | undefined): Context {
  return Object.fromEntries(
    Object.entries(contextOf(statement?.Condition)).filter(([key]) => !DERIVED.has(key.toLowerCase())),
  )
}

/** The conditions on what nobody can choose left out: what is left says when it is possible. */
export function chosen(block: ConditionBlock | undefined): ConditionBlock | undefined {
  const kept = Object.entries(block ?? {})
    .map(
      ([operator, keys]) =>
        [
          operator,
          Object.fromEntries(Object.entries(keys).filter(([key]) => !DERIVED.has(key.toLowerCase()))),
        ] as const,
    )
    .filter(([, keys]) => Object.keys(keys).length > 0)
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** Something that the asked pattern matches and, where that is possible, the statements too. */
export function resources(pattern: string, statements: readonly Statement[]): string[] {
  if (!/[*?]/.test(pattern)) return [pattern]
  const patterns = statements.flatMap(({ Resource }) => Resource ?? ['*'])
  const made = patterns.map(each => within(each, pattern)).filter(each => arnLike(pattern, each))
  return [...new Set([...made, filled(pattern)])]
}

/** Field by field: a field that the statement leaves open is taken from the question. */
function within(statement: string, asked: string): string {
  if (/^\*+$/.test(statement)) return filled(asked)
  const theirs = asked.split(':')
  return statement
    .split(':')
    .map((field, i) => filled(field === '*' && i < 5 ? (theirs[i] ?? field) : field, i))
    .join(':')
}

/** A region has to look like one. */
const filled = (pattern: string, field?: number): string =>
  field === undefined
    ? pattern
        .split(':')
        .map((each, i) => filled(each, i))
        .join(':')
    : pattern.replaceAll('*', field === 3 ? 'us-east-1' : 'x').replaceAll('?', 'x')
