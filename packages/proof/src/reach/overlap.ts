import { type Statement, wildcard } from '@tripoint/iam'

/** Could the statement be about this action? Exact for an action without wildcards. */
export function isAbout(statement: Statement, action: string): boolean {
  const listed = statement.Action ?? statement.NotAction ?? []
  return listed.some(pattern => actionTest(pattern)(action.toLowerCase())) === (statement.Action !== undefined)
}

/** Could it be about any action of these patterns? At least when it is. */
export const isAboutAny = (statement: Statement, patterns: readonly string[]): boolean =>
  statement.Action === undefined ||
  statement.Action.some(mine => patterns.some(theirs => overlap(mine.toLowerCase(), theirs.toLowerCase())))

/** Could it be about something that this pattern matches? At least when it is. */
export const isOn = (statement: Statement, pattern: string): boolean =>
  statement.Resource === undefined || statement.Resource.some(mine => overlap(mine, pattern))

/** At least when some text matches both: what is before the first wildcard and after the last has to agree. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [ends(one), ends(other)]
  const begins = a.head.startsWith(b.head) || b.head.startsWith(a.head)
  return begins && (a.tail.endsWith(b.tail) || b.tail.endsWith(a.tail))
}

interface Ends {
  readonly head: string
  readonly tail: string
}

const known = new Map<string, Ends>()
const LIMIT = 50_000

function ends(pattern: string): Ends {
  const found = known.get(pattern)
  if (found) return found
  const first = pattern.search(/[*?$]/)
  // A variable ends with its brace.
  const made =
    first < 0
      ? { head: pattern, tail: pattern }
      : { head: pattern.slice(0, first), tail: pattern.slice(lastWild(pattern) + 1) }
  if (known.size >= LIMIT) known.clear()
  known.set(pattern, made)
  return made
}

const lastWild = (pattern: string): number =>
  Math.max(pattern.lastIndexOf('*'), pattern.lastIndexOf('?'), pattern.lastIndexOf('}'))

const tests = new Map<string, (action: string) => boolean>()

function actionTest(pattern: string): (action: string) => boolean {
  const found = tests.get(pattern)
  if (found) return found
  const test = wildcard(pattern.toLowerCase())
  if (tests.size >= LIMIT) tests.clear()
  tests.set(pattern, test)
  return test
}
