import type { Facts } from './facts.ts'
import type { Mode } from './mode.ts'
import { MODES } from './modes.ts'
import type { Pasted } from './pasted.ts'
import { says, saysWithin, weightOf } from './phrase.ts'

/** A mode that a text may be of. */
export interface Fit {
  readonly mode: Mode
  /** the words are its own; otherwise others say them too */
  readonly sure: boolean
  readonly weight: number
}

/** Best first: what is sure before what may be, known ways before what IAM says of everything, more words before fewer. */
export function fits(text: Pasted, facts: Facts): Fit[] {
  return MODES.flatMap(mode => fit(mode, text, facts) ?? []).toSorted(
    (one, other) => rank(other) - rank(one) || other.weight - one.weight,
  )
}

const rank = ({ mode, sure }: Fit): number => (sure ? 2 : 0) + (mode.number === undefined ? 0 : 1)

function fit(mode: Mode, { tight }: Pasted, facts: Facts): Fit | undefined {
  if (mode.unless?.some(phrase => says(tight, phrase))) return undefined
  const own = heaviest(tight, mode.says)
  const inside = (mode.within ?? [])
    .filter(each => saysWithin(tight, each))
    .map(([open, what]) => open.length + what.length)
  const told = mode.when?.(facts) ? WEIGHT_OF_FACTS : 0
  const weight = Math.max(own, told, ...inside)
  if (weight > 0) return { mode, sure: !(mode.grants && deniedOtherwise(facts)), weight }
  const hinted = heaviest(tight, mode.hints)
  return hinted > 0 ? { mode, sure: false, weight: hinted } : undefined
}

/** Less than any sentence, more than that something is not authorized. */
const WEIGHT_OF_FACTS = 24

const heaviest = (text: string, phrases: readonly string[] = []): number =>
  Math.max(0, ...phrases.filter(phrase => says(text, phrase)).map(weightOf))

/** Where this refuses, one more Allow changes nothing. */
const LIMITS = new Set(['boundary', 'session', 'scp', 'rcp', 'endpoint'])

const deniedOtherwise = ({ deny }: Facts): boolean =>
  deny?.kind === 'explicit' || (deny?.side !== undefined && LIMITS.has(deny.side))
