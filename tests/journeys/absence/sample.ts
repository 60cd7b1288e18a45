import { random } from '../crash/random.ts'
import type { Absent } from './absent.ts'

/** What a sample has to have one of: each hop, each side, each word that an absence may say. */
export const strata = ({ access: { hop, absence }, sides }: Absent): string[] => [
  `hop ${hop}`,
  ...sides.map(side => `side ${side}`),
  `word ${absence.does}`,
]

/** The same for the same seed: of every stratum at least one, then whatever comes first, up to `size`. */
export function sample(all: readonly Absent[], size: number, seed: number): Absent[] {
  const { uniform } = random(seed)
  const shuffled = all
    .map(absent => ({ absent, at: uniform(0, 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ absent }) => absent)
  const missing = new Set(all.flatMap(strata))
  const chosen = new Set<Absent>()
  for (const absent of shuffled) {
    const adds = strata(absent).filter(stratum => missing.delete(stratum))
    if (adds.length > 0) chosen.add(absent)
  }
  for (const absent of shuffled) if (chosen.size < size) chosen.add(absent)
  return all.filter(absent => chosen.has(absent))
}
