import { type Caps, Undecided } from './answer.ts'
import { arnPartition } from './arn-partition.ts'
import { partsOf } from './automaton.ts'
import { arnCells, type Cell, codeCells, foldedCells, literalCells } from './cell.ts'
import type { Family } from './clause.ts'
import { addressSamples, binarySamples, momentSamples, numberSamples, type Samples } from './scalar-samples.ts'
import { textPartition } from './text-partition.ts'

/** One value of a policy that a key's value is compared with; of `like` and `arn` the pattern's code. */
export interface Comparison {
  readonly family: Family
  readonly value: string
}

const SCALARS: Partial<Record<Family, Samples>> = {
  number: numberSamples,
  moment: momentSamples,
  address: addressSamples,
  binary: binarySamples,
}

/** Texts that together meet every outcome of the comparisons. */
export function valueSamples(comparisons: readonly Comparison[], caps: Caps): readonly string[] {
  const families = new Set(comparisons.map(({ family }) => family))
  const scalars = [...families].filter(family => SCALARS[family])
  if (scalars.length === 0) return textSamples(comparisons, families, caps)
  const [scalar] = scalars
  const bounds = comparisons.filter(({ family }) => family === scalar).map(({ value }) => value)
  const texts = comparisons.filter(({ family }) => family !== scalar)
  if (scalars.length > 1 || texts.some(({ family }) => family !== 'exact')) {
    throw new Undecided(`it is compared as ${[...families].join(' and as ')}`)
  }
  const samples = SCALARS[scalar!]!(bounds)
  const own = new Set(texts.map(({ value }) => value))
  return [...own, ...samples.map(sample => respelt(sample, scalar!, own))]
}

/** The same number, moment or address written so that it is none of the texts. */
function respelt(sample: string, family: Family, texts: ReadonlySet<string>): string {
  let text = sample
  for (let tries = 0; texts.has(text); tries++) {
    if (family === 'number' && text !== 'x' && !/[eE]/.test(text)) text = ` ${text}`
    else if (text.startsWith('x')) text = `${text}x`
    else throw new Undecided(`it is compared as text and as ${family}`)
    if (tries > texts.size) throw new Undecided(`it is compared as text and as ${family}`)
  }
  return text
}

function textSamples(comparisons: readonly Comparison[], families: ReadonlySet<Family>, caps: Caps): readonly string[] {
  const values = [...new Set(comparisons.map(({ value }) => value))]
  if (families.has('arn') && families.size === 1) return arnPartition(values, caps).samples
  if (!families.has('arn') && !families.has('fold')) return textPartition(values, caps).samples
  const cells = comparisons.map(comparisonCells).filter(pattern => pattern !== undefined)
  return partsOf(cells, caps).map(({ sample }) => sample)
}

export function comparisonCells({ family, value }: Comparison): readonly Cell[] | undefined {
  if (family === 'arn') return arnCells(value)
  if (family === 'fold') return foldedCells(value)
  return family === 'like' ? codeCells(value) : literalCells(value)
}
