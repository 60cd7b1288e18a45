import { type Clause, keysOf, templatesOf } from './clause.ts'
import { PERSONAL_KEYS } from './knowledge.ts'
import type { ResourcePattern } from './resource-pattern.ts'

/**
 * A test with a variable whose value is not known: a dimension of its own, as if it could come out either way for whatever request.
 * So no request is left out; a witness that rests on one has to be confirmed.
 */
export interface OpenTest {
  readonly kind: 'resource' | 'condition'
  /** same for tests that come out alike */
  readonly id: string
  /** as a person would say it */
  readonly text: string
  /** the condition keys that it depends on */
  readonly keys: readonly string[]
}

/** The outcomes of an open test; a condition has only the first two. */
export const MISSES = 0
export const MATCHES = 1
export const OUTCOMES: Record<OpenTest['kind'], number> = { resource: 3, condition: 2 }

export function openResource(id: string, text: string, { keys }: Extract<ResourcePattern, { kind: 'open' }>): OpenTest {
  return { kind: 'resource', id: `resource ${id}`, text, keys }
}

export function openCondition(clause: Clause): OpenTest {
  const text = `${clause.operator} ${clause.written} ${clause.values.join(', ')}`
  return {
    kind: 'condition',
    id: openConditionId(clause),
    text,
    keys: [clause.key, ...templatesOf(clause).flatMap(keysOf)],
  }
}

export function openConditionId({ id }: Clause): string {
  return `condition ${id}`
}

const SENTENCE: Record<OpenTest['kind'], string> = {
  resource: 'is taken to match whichever resource it could',
  condition: 'is taken to hold or not, whatever the request',
}

/** Where more requests than there can be were looked at: nothing is proved that does not hold, but something that holds may stay undecided. */
export function approximationsOf(open: readonly OpenTest[], keys: readonly string[]): string[] {
  return [
    ...open.map(({ kind, text }) => `${text} ${SENTENCE[kind]}, as its variables have no known value`),
    ...keys.filter(key => PERSONAL_KEYS.has(key)).map(key => `${key} is taken to be anything, whoever asks`),
  ]
}
