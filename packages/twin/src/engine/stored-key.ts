import { AwsError } from './aws-error.ts'
import type { Key } from './key.ts'

/** LMDB takes 1,978 bytes; a bound of a range is a little longer than what it is made of. */
const longest = 1_900

/** From here on ordered-binary 1.6 writes a string as it is, so that one with a NUL would be the key of two parts. */
const unescaped = 64

// biome-ignore lint/suspicious/noControlCharactersInRegex: those that ordered-binary escapes itself in shorter strings
const control = /[\0-\x04]/g

const partOf = (part: string | number): string | number =>
  typeof part === 'string' && part.length >= unescaped ? part.replace(control, '\x04$&') : part

/** As the database takes it; undefined: too long for any record to have it. */
export function storedKey(key: Key): (string | number)[] | undefined {
  const parts = key.map(partOf)
  let most = 0
  for (const part of parts) most += typeof part === 'string' ? 3 * part.length + 2 : 10
  return most <= longest || bytesOf(parts) <= longest ? parts : undefined
}

const bytesOf = (parts: Key): number => {
  let bytes = 0
  // A short one's control characters take two bytes.
  for (const part of parts)
    bytes += typeof part === 'string' ? Buffer.byteLength(part) + (part.length < unescaped ? part.length : 0) + 2 : 10
  return bytes
}

/** For a record that is to be written: no service has names that long, even where it says no limit. */
export function demandStorable(key: Key): (string | number)[] {
  const stored = storedKey(key)
  if (stored !== undefined) return stored
  throw new AwsError(
    'ValidationError',
    `A name of ${Math.max(...key.map(part => String(part).length))} characters is too long.`,
  )
}
