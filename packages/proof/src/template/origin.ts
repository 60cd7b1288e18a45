import type { Path } from '../source/spot.ts'

const origins = new WeakMap<object, Path>()

/** What came out of Fn::If, or stands behind what was left out, does not stand in the file where it stands in its list. */
export function cameFrom<T>(value: T, at: Path): T {
  if (typeof value === 'object' && value !== null && !origins.has(value)) origins.set(value, at)
  return value
}

export const originOf = (value: unknown): Path | undefined =>
  typeof value === 'object' && value !== null ? origins.get(value) : undefined
