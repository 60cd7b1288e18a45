import { nearNames } from './near-names.ts'

/** What a word names: one thing, or what to say to who wrote it. */
export type Named =
  | { readonly arn: string; readonly notes: readonly string[] }
  | { readonly problem: string; readonly cure: string }

export const found = (arn: string, ...notes: string[]): Named => ({ arn, notes })

/** Something that can be called by several names. */
export interface Callable {
  readonly arn: string
  /** its name, its logical id, and what tells it from others of that name */
  readonly names: readonly string[]
}

/** The one that is called so, or what is near to it. */
export function theOne(word: string, all: readonly Callable[], otherwise: { kind: string; cure: string }): Named {
  const matches = called(word, all)
  const [match] = matches
  if (match !== undefined && matches.length === 1) return found(match.arn)
  if (matches.length > 1)
    return {
      problem: `"${word}" may be ${matches.map(({ arn }) => arn).join(' or ')}`,
      cure: 'give the whole name, or the ARN',
    }
  const near = nearNames(
    word,
    all.flatMap(({ names }) => names.slice(0, 2)),
  )
  const known = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
  return { problem: `no template has a ${otherwise.kind} called "${word}"${known}`, cure: otherwise.cure }
}

/** By its whole name first, then by a part of it that no other has. */
export function called(word: string, things: readonly Callable[]): readonly Callable[] {
  const wanted = word.toLowerCase()
  const exact = things.filter(({ names }) => names.some(name => name === word))
  if (exact.length > 0) return exact
  const same = things.filter(({ names }) => names.some(name => name.toLowerCase() === wanted))
  if (same.length > 0) return same
  return things.filter(({ names }) => names.some(name => `-${name.toLowerCase()}-`.includes(`-${wanted}-`)))
}
