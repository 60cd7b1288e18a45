export interface Page<T> {
  shown: T[]
  /** Absent on the last page. */
  next?: string
}

/** Clients hand a token back as it is; only the twin knows what it says. */
const tokenOf = (place: string | number) => Buffer.from(`at:${place}`).toString('base64url')

const placeOf = (token: string, invalid: () => Error): string => {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('at:')) throw invalid()
  return text.slice(3)
}

/** A page of a list by position: for lists that have no name to go on from. */
export function page<T>(entries: readonly T[], token: string | undefined, size: number, invalid: () => Error): Page<T> {
  const from = token === undefined ? 0 : Number(placeOf(token, invalid))
  if (!Number.isInteger(from)) throw invalid()
  const to = from + size
  return { shown: entries.slice(from, to), ...(to < entries.length ? { next: tokenOf(to) } : {}) }
}

/** A page of a list by name: what comes and goes meanwhile neither repeats nor hides an entry. */
export function pageByName<T>(
  entries: readonly T[],
  nameOf: (entry: T) => string,
  token: string | undefined,
  size: number,
  invalid: () => Error,
): Page<T> {
  const after = token === undefined ? '' : placeOf(token, invalid)
  const rest = [...entries].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).filter(entry => nameOf(entry) > after)
  const shown = rest.slice(0, size)
  const last = shown.at(-1)
  return last === undefined || shown.length === rest.length ? { shown } : { shown, next: tokenOf(nameOf(last)) }
}
