/** How much had to be looked at. */
export interface Size {
  /** of the finest partition of each dimension, summed */
  readonly atoms: number
  /** pieces of the request space that were compared */
  readonly cubes: number
}

export interface Caps {
  /** states of one automaton */
  readonly states: number
  /** parts of one dimension */
  readonly atoms: number
  readonly cubes: number
}

export const CAPS: Caps = { states: 20_000, atoms: 4_000, cubes: 200_000 }

/** A claim about all requests. `undecided` is neither yes nor no, and says why. */
export type Answer<W> =
  | { readonly verdict: 'proved'; readonly size: Size; readonly approximations: readonly string[] }
  | {
      readonly verdict: 'refuted'
      readonly witness: W
      readonly size: Size
      readonly approximations: readonly string[]
    }
  | {
      readonly verdict: 'undecided'
      readonly why: string
      readonly size: Size
      readonly approximations: readonly string[]
    }

/** Thrown where a cap is reached or something cannot be partitioned; it becomes the answer `undecided`. */
export class Undecided extends Error {}

/** Says of what it is that cannot be decided. */
export function about<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Undecided) throw new Undecided(`${what}: ${error.message}`)
    throw error
  }
}
