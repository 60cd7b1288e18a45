import type { StatementRef } from '@tripoint/iam'
import { type May, may, type Question } from '../reach/may.ts'
import type { Node } from './node.ts'
import type { Scene } from './scene.ts'

/** `from` can do what `to` can, by one technique. */
export interface Edge {
  readonly from: Node
  readonly to: Node
  /** the technique */
  readonly by: string
  /** what `from` does: `can assume`, `can pass … to a function` */
  readonly does: string
  readonly page: string
  /** what allows it */
  readonly statements: readonly StatementRef[]
  /** the line works by it */
  readonly needed: boolean
  /** comes about when something else runs the next time */
  readonly later?: true
  /** why it is not known */
  readonly undecided?: string
}

export type Move = Pick<Edge, 'from' | 'to' | 'by' | 'does' | 'page' | 'later'> & {
  /** what has to be allowed, all of it */
  readonly asks: readonly Question[]
  /** beside the policies: what templates do not show */
  readonly unknown?: string
}

/** The edge, where the node is allowed all that the technique takes. */
export function edgeOf({ world, isNeeded, tally }: Scene, { asks, unknown, ...move }: Move): Edge | undefined {
  const answers: Exclude<May, { verdict: 'no' }>[] = []
  for (const ask of asks) {
    const answer = may(world, move.from.asker!, ask, tally)
    if (answer.verdict === 'no') return undefined
    answers.push(answer)
  }
  const needed = asks.length > 0 && answers.every(({ request }) => isNeeded(move.from.id, request))
  const why = answers.flatMap(answer => (answer.verdict === 'undecided' ? [answer.why] : []))[0] ?? unknown
  return {
    ...move,
    statements: answers.flatMap(answer => (answer.verdict === 'yes' ? answer.by : [])),
    needed,
    ...(why === undefined || needed ? {} : { undecided: why }),
  }
}
