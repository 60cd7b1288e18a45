import { page as pageOf } from '../../gate/index.ts'
import { invalidToken, tooMany } from './errors.ts'

/** A page in the members of Step Functions: 100 entries, or up to 1000. */
export function page<T>(
  entries: readonly T[],
  input: { maxResults?: number | undefined; nextToken?: string | undefined },
) {
  const limit = input.maxResults ?? 0
  if (limit > 1000) throw tooMany(limit, 'maxResults', 1000)
  const invalid = () => invalidToken('Invalid token')
  const { shown, next } = pageOf(entries, input.nextToken, limit === 0 ? 100 : limit, invalid)
  return next === undefined ? { shown } : { shown, nextToken: next }
}
