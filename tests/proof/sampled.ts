import { random } from '../journeys/crash/random.ts'

/** The same for the same seed: of every stratum at least one, then whatever comes first, up to `size`; in their order. */
export function sampled<Item>(
  all: readonly Item[],
  { size, seed, stratum }: { size: number; seed: number; stratum(item: Item): string },
): Item[] {
  const { uniform } = random(seed)
  const shuffled = all
    .map(item => ({ item, at: uniform(0, 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
  const chosen = new Set<Item>(new Map(shuffled.map(item => [stratum(item), item])).values())
  for (const item of shuffled) if (chosen.size < size) chosen.add(item)
  return all.filter(item => chosen.has(item))
}
