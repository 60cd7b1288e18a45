import type { RequestContext } from '../language/context.ts'
import { about, type Caps, Undecided } from './answer.ts'
import { type Bits, bitsWhere } from './bits.ts'
import { type Clause, templatesOf } from './clause.ts'
import { type Comparison, valueSamples } from './value-samples.ts'

/** What a condition key can be: absent, or its values. */
export type KeyValue = readonly string[] | undefined

export interface KeyDimension {
  readonly key: string
  /** as a policy spells it */
  readonly written: string
  /** One for each way to meet and miss the clauses about this key; absent comes first. */
  readonly values: readonly KeyValue[]
  /** by clause id */
  readonly sets: ReadonlyMap<string, Bits>
}

/**
 * Keys that can have several values in a request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const SEVERAL: ReadonlySet<string> = new Set([
  ...['aws:calledvia', 'aws:principalorgpaths', 'aws:resourceorgpaths', 'aws:sourceorgpaths', 'aws:tagkeys'],
  ...['dynamodb:attributes', 'dynamodb:leadingkeys', 's3:requestobjecttagkeys', 'sts:transitivetagkeys'],
  ...['kms:encryptioncontextkeys', 'kms:grantoperations', 'kms:resourcealiases'],
])

/**
 * Of clauses about one key. It has several values only where it is known for that or one of them asks for all or any: then what
 * matters of a set of values is which parts of the texts occur in it.
 */
export function keyDimension(clauses: readonly Clause[], known: RequestContext, caps: Caps): KeyDimension {
  const { key, written } = clauses[0]!
  const truth = (value: KeyValue) =>
    clauses.map(clause => clause.holds({ get: name => (name === key ? value : known.get(name)) }))
  const values = new Map<string, KeyValue>()
  const add = (value: KeyValue) => {
    const bits = truth(value).map(Number).join('')
    if (!values.has(bits)) values.set(bits, value)
  }
  add(undefined)
  for (const value of candidates(key, clauses, known, caps)) add(value)
  const rows = [...values]
  const sets = clauses.map((clause, c) => [clause.id, bitsWhere(rows.length, row => rows[row]![0][c] === '1')] as const)
  return { key, written, values: rows.map(([, value]) => value), sets: new Map(sets) }
}

function candidates(key: string, clauses: readonly Clause[], known: RequestContext, caps: Caps): readonly KeyValue[] {
  const quantified = SEVERAL.has(key) || clauses.some(clause => clause.quantified)
  const comparisons = clauses.flatMap(clause => comparisonsOf(clause, known))
  if (quantified) comparisons.push({ family: 'exact', value: '' })
  const samples = about(`condition key ${clauses[0]!.written}`, () => valueSamples(comparisons, caps))
  if (!quantified) return samples.map(sample => [sample])
  // A list with nothing but one empty text counts as none: …/reference_policies_condition-single-vs-multi-valued-context-keys.html
  return [[''], ...setsOf(samples, clauses, key, known, caps)]
}

export function comparisonsOf(clause: Clause, known: RequestContext): Comparison[] {
  const { family } = clause
  if (family === undefined || family === 'presence') return []
  const templates = templatesOf(clause)
  if (templates.length === 0) return clause.values.map(value => ({ family, value }))
  const codes = templates.map(template => template.fixed ?? template.resolve(known)).filter(code => code !== undefined)
  return codes.map(value => ({ family, value }))
}

/** Sets of samples, one for each outcome: from single samples by joining, since what a joint set meets is what its members meet. */
function setsOf(
  samples: readonly string[],
  clauses: readonly Clause[],
  key: string,
  known: RequestContext,
  caps: Caps,
): readonly KeyValue[] {
  const truth = (values: readonly string[]) =>
    clauses.map(clause => Number(clause.holds({ get: name => (name === key ? values : known.get(name)) }))).join('')
  /** What one sample does to each clause, whether it asks for some or for all: so sets that do the same are one. */
  const found = new Map<string, readonly string[]>()
  const singles = samples.map(sample => ({ sample, mark: truth(single(sample)) }))
  const distinct = [...new Map(singles.map(({ sample, mark }) => [mark, sample])).entries()]
  let edge: (readonly [ReadonlySet<string>, readonly string[]])[] = [[new Set(), []]]
  while (edge.length > 0) {
    const next: (readonly [ReadonlySet<string>, readonly string[]])[] = []
    for (const [marks, members] of edge) {
      for (const [mark, sample] of distinct) {
        if (marks.has(mark)) continue
        const joined = new Set([...marks, mark])
        const outcome = mergedKey(joined)
        if (found.has(outcome)) continue
        const list = [...members, sample]
        found.set(outcome, list.length === 1 ? single(sample) : list)
        if (found.size > caps.atoms)
          throw new Undecided(`condition key ${key} has more than ${caps.atoms} sets of values`)
        next.push([joined, list])
      }
    }
    edge = next
  }
  return [...found.values()]
}

function single(sample: string): readonly string[] {
  return sample === '' ? ['', ''] : [sample]
}

/** Per clause: do its members meet it all, some, none? */
function mergedKey(marks: ReadonlySet<string>): string {
  const list = [...marks]
  return [...list[0]!].map((_, i) => (list.every(mark => mark[i] === list[0]![i]) ? list[0]![i] : '-')).join('')
}
