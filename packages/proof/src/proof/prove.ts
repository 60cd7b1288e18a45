import type { Needs } from '../needs/need.ts'
import type { Excess, GuardVerdict, NeedVerdict } from '../report/report.ts'
import type { World } from '../world/world.ts'
import { type Comparisons, compare } from './compared.ts'
import { excessOf } from './excess.ts'
import { judgeGuard } from './guard-verdict.ts'
import { judgeNeed } from './need-verdict.ts'
import { overDenial } from './over-denial.ts'
import { surroundingsOf } from './surroundings.ts'
import type { Tally } from './tally.ts'

export interface Proved {
  readonly compared: Comparisons
  readonly needed: readonly NeedVerdict[]
  readonly guards: readonly GuardVerdict[]
  readonly excess: readonly Excess[]
}

/** Needed and allowed, needed and denied, allowed but not needed: for all requests, from the policies alone. */
export function prove(world: World, needs: Needs, tally: Tally): Proved {
  const compared = compare(world, needs, tally)
  const pairs = [...compared.values()]
  const references = pairs.map(({ reference }) => reference)
  const around = surroundingsOf(world, needs, references, tally)
  const known = new Set([
    ...needs.list.flatMap(({ access }) => (access.principal.kind === 'service' ? [] : [access.principal.arn])),
    ...pairs.filter(({ reference }) => reference.policy.document.Statement.length > 0).map(({ owner }) => owner),
  ])
  // Templates of others hold much that is not the line's: only what has to do with it is measured by its needs.
  const own = needs.from === 'definition' ? pairs : pairs.filter(({ owner }) => known.has(owner))
  return {
    compared,
    needed: needs.list.map(need => judgeNeed(world, need, compared, tally)),
    guards: needs.guards.map(guard => judgeGuard(world, needs.list, guard, compared, tally)),
    excess: own.flatMap(pair => [
      ...excessOf(around, needs, pair),
      ...(needs.from === 'definition' ? overDenial(needs, pair, tally) : []),
    ]),
  }
}
