import type { Statement } from '@tripoint/iam'
import { below, type Spot } from '../source/spot.ts'
import { member } from '../template/value.ts'
import { texts } from '../world/built.ts'
import { statementSpot } from '../world/statement-spot.ts'
import type { PlacedStatement, WrittenPolicy } from '../world/world.ts'

export type Placed = PlacedStatement<Statement>

export const statementsOf = (written: WrittenPolicy): Placed[] =>
  written.policy.document.Statement.map((statement, index) => ({ statement, spot: statementSpot(written, index) }))

/** Of the statements that cannot be read, what can: their actions. */
export const unreadOf = ({ unread = [] }: WrittenPolicy): Placed[] =>
  unread.map(({ statement, spot }) => ({
    statement: {
      Effect: member(statement, 'Effect') === 'Deny' ? 'Deny' : 'Allow',
      Action: texts(member(statement, 'Action')),
      NotAction: texts(member(statement, 'NotAction')),
    },
    spot,
  }))

export interface Entry {
  readonly value: string
  readonly spot: Spot
}

/** The values of an element, each where it stands. */
export const entries = (
  { statement, spot }: Placed,
  name: 'Action' | 'NotAction' | 'Resource' | 'NotResource',
): Entry[] => (statement[name] ?? []).map((value, index) => ({ value, spot: below(spot, name, index) }))

/** What a policy variable comes to is not known: it may be anything. */
export const withoutVariables = (text: string): string => text.replace(/\$\{[^}]*\}/g, '*')
