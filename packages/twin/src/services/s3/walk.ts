import type { Reader } from '../../engine/index.ts'
import { type Version, versions } from './object.ts'

export interface Walk {
  prefix?: string | undefined
  delimiter?: string | undefined
  /** Keys up to this one are left out. */
  after?: string | undefined
}

export type Stop = { prefix: string; versions?: undefined } | { key: string; versions: Version[]; prefix?: undefined }

const highest = '\u{10FFFF}'

/** A text that sorts before `prefix` with almost nothing in between: reading from there leaves the rest of the bucket alone. */
function before(prefix: string): string | undefined {
  const points = [...prefix]
  const last = points.pop()?.codePointAt(0)
  if (last === undefined) return undefined
  if (last === 0) return points.join('')
  const previous = last === 0xe000 ? 0xd7ff : last - 1
  return points.join('') + String.fromCodePoint(previous) + highest
}

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Keys in the order of their UTF-8 bytes, each with its versions, newest first. */
function* keysOf(
  read: Reader,
  bucket: string,
  prefix: string,
  after: string | undefined,
): Generator<{ key: string; versions: Version[] }> {
  let found: { key: string; versions: Version[] } | undefined
  for (const [, version] of versions.entries(read, [bucket], after === undefined ? {} : { after })) {
    if (!version.key.startsWith(prefix)) {
      if (compare(version.key, prefix) < 0) continue
      break
    }
    if (found !== undefined && found.key !== version.key) yield found
    if (found?.key === version.key) found.versions.push(version)
    else found = { key: version.key, versions: [version] }
  }
  if (found !== undefined) yield found
}

/** Keys and common prefixes. A common prefix is skipped as a whole, whatever lies beneath it. */
export function* walk(
  read: Reader,
  bucket: string,
  options: Walk,
  isShown: (versions: Version[]) => boolean,
): Generator<Stop> {
  const { prefix = '', delimiter = '' } = options
  const least = before(prefix)
  let after =
    options.after !== undefined && (least === undefined || compare(options.after, least) > 0) ? options.after : least
  for (let skipped = true; skipped; ) {
    skipped = false
    for (const entry of keysOf(read, bucket, prefix, after)) {
      if (!isShown(entry.versions)) continue
      const at = delimiter === '' ? -1 : entry.key.indexOf(delimiter, prefix.length)
      if (at < 0) {
        yield entry
        continue
      }
      const common = entry.key.slice(0, at + delimiter.length)
      if (options.after !== common) yield { prefix: common }
      after = common + highest
      skipped = true
      break
    }
  }
}

/** For clients that decode what they list: XML cannot carry every character of a key. */
export const encoder = (encoding: string | undefined) => (text: string) =>
  encoding === 'url' ? text.split('/').map(encodeURIComponent).join('/') : text
