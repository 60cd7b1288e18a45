import { type Caps, type Size, Undecided } from './answer.ts'
import { allBits, type Bits, both, overlap, within, without } from './bits.ts'

/** A product: in each dimension a set of its parts; undefined: all of them. */
export type Cube = readonly (Bits | undefined)[]

/** The space's dimensions by their number of parts, and how much may still be compared. */
export interface Grid {
  readonly sizes: readonly number[]
  readonly caps: Caps
  /** Combinations that no request is. */
  readonly impossible: readonly Cube[]
  spent: number
}

export function sizeOf(grid: Grid): Size {
  return { atoms: grid.sizes.reduce((sum, size) => sum + size, 0), cubes: grid.spent }
}

/** undefined: they have nothing in common. */
export function meet(a: Cube, b: Cube): Cube | undefined {
  const cube: (Bits | undefined)[] = new Array(a.length)
  for (let i = 0; i < a.length; i++) {
    const [mine, other] = [a[i], b[i]]
    if (!mine || !other) cube[i] = mine ?? other
    else {
      if (!overlap(mine, other)) return undefined
      cube[i] = both(mine, other)
    }
  }
  return cube
}

/**
 * A part of the cube that none of the covers takes, or undefined: they cover it whole. What one cover leaves of a cube is at most
 * one disjoint cube a dimension, and each of them is looked at in turn.
 */
function uncovered(cube: Cube, covers: readonly Cube[], grid: Grid): Cube | undefined {
  grid.spent += covers.length >>> 6
  spend(grid)
  const rest: Cube[] = []
  let best: Cube | undefined
  let open: number[] = []
  for (const cover of covers) {
    const sticking = stickingOut(cube, cover)
    if (!sticking) continue
    if (sticking.length === 0) return undefined
    rest.push(cover)
    if (!best || sticking.length < open.length) {
      best = cover
      open = sticking
    }
  }
  if (!best) return cube
  const others = rest.filter(cover => cover !== best)
  const core = [...cube]
  for (const dimension of open) {
    const whole = core[dimension] ?? allBits(grid.sizes[dimension]!)
    const piece = [...core]
    piece[dimension] = without(whole, best[dimension]!)
    const found = uncovered(piece, others, grid)
    if (found) return found
    core[dimension] = both(whole, best[dimension]!)
  }
  return undefined
}

/** The dimensions in which the cube is not within the cover; undefined: they have nothing in common. */
function stickingOut(cube: Cube, cover: Cube): number[] | undefined {
  const sticking: number[] = []
  for (let i = 0; i < cube.length; i++) {
    const other = cover[i]
    if (!other) continue
    const mine = cube[i]
    if (!mine) sticking.push(i)
    else {
      if (!overlap(mine, other)) return undefined
      if (!within(mine, other)) sticking.push(i)
    }
  }
  return sticking
}

/** A point that lies in one cube of each union and in none of the covers. */
export function meeting(unions: readonly (readonly Cube[])[], covers: readonly Cube[], grid: Grid): Cube | undefined {
  const everything: Cube = grid.sizes.map(() => undefined)
  return meetingFrom(everything, 0, unions, [...covers, ...grid.impossible], grid)
}

function meetingFrom(
  cube: Cube,
  index: number,
  unions: readonly (readonly Cube[])[],
  covers: readonly Cube[],
  grid: Grid,
): Cube | undefined {
  if (index === unions.length) return uncovered(cube, covers, grid)
  for (const member of unions[index]!) {
    const smaller = meet(cube, member)
    if (!smaller) continue
    spend(grid)
    const found = meetingFrom(smaller, index + 1, unions, covers, grid)
    if (found) return found
  }
  return undefined
}

function spend(grid: Grid): void {
  if (++grid.spent > grid.caps.cubes) throw new Undecided(`more than ${grid.caps.cubes} cases had to be compared`)
}
