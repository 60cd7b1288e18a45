import type { Statement } from '@tripoint/iam'
import { below, type Spot } from '../source/spot.ts'
import { statementSpot } from '../world/statement-spot.ts'
import type { WrittenPolicy } from '../world/world.ts'

/** A statement where it is written. */
export interface PlacedStatement {
  readonly statement: Statement
  readonly spot: Spot
}

export const statementsOf = (written: WrittenPolicy): PlacedStatement[] =>
  written.policy.document.Statement.map((statement, index) => ({ statement, spot: statementSpot(written, index) }))

export interface Entry {
  readonly value: string
  readonly spot: Spot
}

/** The values of an element, each where it stands. */
export const entries = (
  { statement, spot }: PlacedStatement,
  name: 'Action' | 'NotAction' | 'Resource' | 'NotResource',
): Entry[] => (statement[name] ?? []).map((value, index) => ({ value, spot: below(spot, name, index) }))

/** What a policy variable comes to is not known: it may be anything. */
export const withoutVariables = (text: string): string => text.replace(/\$\{[^}]*\}/g, '*')
