/** What a word names: one thing, or what to say to who wrote it. */
export type Named =
  | { readonly arn: string; readonly notes: readonly string[] }
  | { readonly problem: string; readonly cure: string }

export const found = (arn: string, ...notes: string[]): Named => ({ arn, notes })

/** Something that can be called by several names. */
export interface Callable {
  readonly arn: string
  readonly names: readonly string[]
}

/** The one that is called so: by its whole name first, then by a part of it that no other has. */
export function called(word: string, things: readonly Callable[]): readonly Callable[] {
  const wanted = word.toLowerCase()
  const exact = things.filter(({ names }) => names.some(name => name === word))
  if (exact.length > 0) return exact
  const same = things.filter(({ names }) => names.some(name => name.toLowerCase() === wanted))
  if (same.length > 0) return same
  return things.filter(({ names }) => names.some(name => `-${name.toLowerCase()}-`.includes(`-${wanted}-`)))
}
