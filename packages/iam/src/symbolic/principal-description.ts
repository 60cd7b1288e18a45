import type { RequestContext } from '../language/context.ts'
import type { Principals } from '../language/document.ts'
import { codeTest } from '../language/wildcard.ts'
import { Undecided } from './answer.ts'
import { type Cell, exampleOf, literalCells } from './cell.ts'
import type { Clause } from './clause.ts'
import { comparisonsOf } from './key-dimension.ts'
import { comparisonCells } from './value-samples.ts'

export interface Mentioned {
  readonly principals: readonly Principals[]
  /** about keys that follow from the principal */
  readonly clauses: readonly Clause[]
  /** Patterns of resources, which say in which partition they are. */
  readonly resources: readonly string[]
  readonly known: RequestContext
}

export const ANY: Cell = { but: '', many: true }
export const FIELD: Cell = { but: ':', many: true }

/** What conditions say of principals, as patterns over their texts. */
export interface Descriptions {
  readonly holders: readonly (readonly Cell[])[]
  readonly services: readonly (readonly Cell[])[]
  readonly partitions: readonly string[]
}

export function descriptions({ clauses, known }: Mentioned, patterns: readonly string[]): Descriptions {
  const of = (...keys: readonly string[]) =>
    clauses
      .filter(clause => keys.includes(clause.key))
      .flatMap(clause => {
        const comparisons = comparisonsOf(clause, known)
        if (comparisons.some(({ family }) => ['number', 'moment', 'address', 'binary'].includes(family))) {
          throw new Undecided(`${clause.key} is compared by ${clause.operator}`)
        }
        return comparisons
      })
  const arns = of('aws:principalarn')
  const accounts = of('aws:principalaccount', 'kms:calleraccount').map(comparisonCells)
  const services = of('aws:principalservicename', 'aws:principalservicenameslist').map(comparisonCells)
  return {
    holders: [
      ...arns.map(comparisonCells).filter(cells => cells !== undefined),
      ...accounts.filter(cells => cells !== undefined).map(cells => inAccount(cells)),
    ],
    services: services.filter(cells => cells !== undefined).map(cells => [...literalCells('service:'), ...cells]),
    partitions: [...new Set([...arns.map(({ value }) => value), ...patterns].map(partitionOf))],
  }
}

/** The one that a pattern names; `aws` if it could be that. */
function partitionOf(code: string): string {
  const [arn = '', partition = ''] = code.split(':')
  return arn !== 'arn' || codeTest(partition)('aws') ? 'aws' : exampleOf(partition)
}

export function inAccount(account: readonly Cell[]): readonly Cell[] {
  const own = account.map(cell => (cell.only === undefined ? { ...cell, but: ':' } : cell))
  const before = [FIELD, ...literalCells(':')]
  return [...literalCells('arn:'), ...before, ...before, ...before, ...own, ...literalCells(':'), ANY]
}
