import { random } from '../journeys/crash/random.ts'

/** One seeded stream of choices: the same seed makes the same requests. */
export interface Chance {
  /** From 0 up to, not including, `end`. */
  below(end: number): number
  /** True once in `n`. */
  once(n: number): boolean
  pick<T>(from: readonly T[]): T
  bytes(length: number): Buffer
  /** Printable, or anything at all. */
  text(length: number): string
}

const printable = 'abcdefghijklmnopqrstuvwxyz0123456789-_./:=+,@ '

export function chance(seed: number): Chance {
  const { uniform } = random(seed)
  const below = (end: number) => Math.min(end - 1, Math.floor(uniform(0, end)))
  return {
    below,
    once: n => below(n) === 0,
    pick: from => from[below(from.length)] as never,
    bytes: length => Buffer.from(Array.from({ length }, () => below(256))),
    text: length => Array.from({ length }, () => printable[below(printable.length)]).join(''),
  }
}

/** A stream for each request, so that one can be made again alone. */
export const seedOf = (seed: number, index: number): number =>
  Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) >>> 0
