import { below, type Spot } from '../source/spot.ts'
import type { WrittenPolicy } from './world.ts'

/** Where a statement of a policy stands. */
export function statementSpot(written: WrittenPolicy, index: number): Spot {
  return written.spots?.[index] ?? below(written.spot, 'Statement', index)
}
