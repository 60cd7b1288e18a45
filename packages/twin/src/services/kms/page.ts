import { pageByName } from '../../gate/index.ts'
import { invalidMarker } from './errors.ts'

/** A page in KMS's members. */
export function page<T>(
  entries: readonly T[],
  nameOf: (entry: T) => string,
  input: { Limit?: number | undefined; Marker?: string | undefined },
  usual: number,
) {
  const { shown, next } = pageByName(entries, nameOf, input.Marker, input.Limit ?? usual, invalidMarker)
  return { shown, more: next === undefined ? { Truncated: false } : { Truncated: true, NextMarker: next } }
}
