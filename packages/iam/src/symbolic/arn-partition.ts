import { arnCodeTest, arnFields, upToSix } from '../language/arn.ts'
import { codeTest } from '../language/wildcard.ts'
import { type Caps, Undecided } from './answer.ts'
import { isEverything } from './cell.ts'
import { type Partition, partitionBy, textPartition } from './text-partition.ts'

/** What a field is where no pattern says anything about it. */
const USUAL = ['arn', 'aws', 's3', 'us-east-1', '111111111111', 'x'] as const

/** A prefix of fields, and which patterns can still match. */
interface Branch {
  readonly fields: readonly string[]
  readonly alive: readonly number[]
}

/**
 * All ARNs and one text that is none, cut by ARN patterns. Field by field, as they are matched: each field is cut only by the patterns that
 * its forerunners leave, and prefixes that leave the same patterns are one.
 */
export function arnPartition(codes: readonly string[], caps: Caps): Partition {
  const split = codes.map(code => upToSix(code))
  const first = codes.map((_, i) => i).filter(i => codeTest(split[i]![0]!)('arn'))
  let branches: Branch[] = [{ fields: ['arn'], alive: first }]
  for (let field = 1; field < 6; field++) {
    const next = new Map<string, Branch>()
    for (const branch of branches) {
      for (const grown of grow(branch, field, split, caps)) {
        const key = grown.alive.join()
        if (!next.has(key)) next.set(key, grown)
      }
    }
    branches = [...next.values()]
    if (branches.length > caps.atoms) throw new Undecided(`its patterns overlap in more than ${caps.atoms} ways`)
  }
  const samples = [...branches.map(({ fields }) => fields.join(':')), '*']
  return partitionBy(
    samples,
    codes.map(code => arnTest(code)),
    caps,
  )
}

export function arnTest(code: string): (text: string) => boolean {
  const test = arnCodeTest(code)
  return text => {
    const fields = arnFields(text)
    return fields !== undefined && test(fields)
  }
}

function grow({ fields, alive }: Branch, field: number, split: readonly string[][], caps: Caps): Branch[] {
  const codeAt = (i: number) => split[i]![field]
  const codes = [...new Set(alive.map(codeAt).filter(code => code !== undefined && !isEverything(code)))] as string[]
  if (codes.length === 0) return [{ fields: [...fields, USUAL[field]!], alive }]
  const { samples } = textPartition(codes, caps)
  return samples.map(sample => ({
    fields: [...fields, sample],
    alive: alive.filter(i => codeAt(i) === undefined || codeTest(codeAt(i)!)(sample)),
  }))
}
