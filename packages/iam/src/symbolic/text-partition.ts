import { codeTest } from '../language/wildcard.ts'
import { type Caps, Undecided } from './answer.ts'
import { partsOf } from './automaton.ts'
import { addBit, type Bits, noBits } from './bits.ts'
import { codeCells, isEverything, isWild } from './cell.ts'

/** All texts, cut so that each pattern takes whole parts: a text of each, and which parts each pattern takes. */
export interface Partition {
  readonly samples: readonly string[]
  readonly sets: readonly Bits[]
}

const cache = new Map<string, Partition>()
const CACHE_LIMIT = 5_000

/** Of codes as `toCode` makes them. Those without wildcards need no automaton: each is a part, but for what the others say of it. */
export function textPartition(codes: readonly string[], caps: Caps): Partition {
  const key = JSON.stringify([caps.states, caps.atoms, codes])
  const known = cache.get(key)
  if (known) return known
  const partition = partitionOf(codes, caps)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(key, partition)
  return partition
}

function partitionOf(codes: readonly string[], caps: Caps): Partition {
  const literals = new Set(codes.filter(code => !isWild(code)))
  const wild = [...new Set(codes.filter(isWild))]
  const samples = [...literals, ...(prefixSamples(literals, wild) ?? samplesBeside(literals, wild, caps))]
  return partitionBy(
    samples,
    codes.map(code => codeTest(code)),
    caps,
  )
}

const UNITS = [...'xyzabcdefghijklmnopqrstuvw0123456789-_']

/**
 * The same without an automaton where each pattern is some text and a star at its end: prefixes lie within each other or apart, and beside
 * those within it each has texts of its own. undefined: none was found quickly.
 */
function prefixSamples(literals: ReadonlySet<string>, wild: readonly string[]): string[] | undefined {
  const prefixes = new Set(wild.map(code => code.slice(0, -1)))
  if (wild.some(code => !isEverything(code.slice(-1))) || [...prefixes].some(isWild)) return undefined
  const samples: string[] = []
  for (const prefix of prefixes.has('') ? prefixes : ['', ...prefixes]) {
    const longer = [...prefixes].filter(other => other.length > prefix.length && other.startsWith(prefix))
    const isOwn = (text: string) => !literals.has(text) && !longer.some(other => text.startsWith(other))
    const own = [prefix, ...UNITS.map(unit => prefix + unit)].find(isOwn)
    if (own === undefined) return undefined
    samples.push(own)
  }
  return samples
}

/** One text for each way to match the wild patterns that is not among the literals, where there is one. */
function samplesBeside(literals: ReadonlySet<string>, wild: readonly string[], caps: Caps): string[] {
  const met = new Set<string>()
  for (;;) {
    const patterns = [...wild.map(code => codeCells(code)), ...[...met].map(text => codeCells(text))]
    const samples = partsOf(patterns, caps).map(part => part.sample)
    const more = samples.filter(sample => literals.has(sample) && !met.has(sample))
    if (more.length === 0) return samples.filter(sample => !met.has(sample))
    for (const sample of more) met.add(sample)
  }
}

export function partitionBy(
  samples: readonly string[],
  tests: readonly ((text: string) => boolean)[],
  caps: Caps,
): Partition {
  if (samples.length > caps.atoms) throw new Undecided(`there are more than ${caps.atoms} values to tell apart`)
  const sets = tests.map(test => {
    const set = noBits(samples.length)
    for (let i = 0; i < samples.length; i++) if (test(samples[i]!)) addBit(set, i)
    return set
  })
  return { samples, sets }
}
