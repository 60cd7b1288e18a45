import type { Access } from '@tripoint/pipeline'
import type { Quoted } from '../report/report.ts'
import type { MissingHalf, Verdict } from '../why/answer.ts'
import type { Facts } from './facts.ts'
import type { CureSide, Mode } from './mode.ts'

/** What `explain` has to say of an error text, as plain JSON. Nothing of the text is repeated but the names in its facts. */
export interface Explanation {
  /** none: nobody knows the text */
  readonly mode?: ExplainedMode
  /** what it may be as well, best first */
  readonly others: readonly ModeName[]
  readonly facts: Facts
  /** what it means for the line whose definition is at hand */
  readonly line?: AtHand
  /** the question that `tripoint why` answers */
  readonly ask?: string
  readonly notes: readonly string[]
}

export type ModeName = Pick<Mode, 'id' | 'number' | 'title'>

export interface ExplainedMode extends ModeName {
  /** `maybe`: others say the same words */
  readonly certainty: 'sure' | 'maybe'
  readonly cause: string
  readonly sides: readonly ShownSide[]
  readonly cure: string
  readonly pages: readonly string[]
  readonly met: readonly string[]
}

export interface ShownSide {
  readonly side: CureSide
  /** whose policy it is, in which account, as a person would say it */
  readonly words: string
  readonly account?: string
}

export interface AtHand {
  readonly name: string
  readonly entries: readonly EntryAtHand[]
  /** what the templates say of the text's own call, where no entry is about it */
  readonly asked?: Judged
  /** the Deny statements that have a say, where a Deny refuses */
  readonly denies: readonly Quoted[]
  readonly notes: readonly string[]
}

/** What the templates say of a call. */
export interface Judged {
  readonly verdict?: Verdict
  /** the statements that say it, with their places */
  readonly said: readonly Quoted[]
  /** what has to be written, and where */
  readonly missing: readonly MissingHalf[]
}

/** An entry of the access list that the text is about. */
export interface EntryAtHand extends Judged {
  readonly access: Access
  /** where it has to be said */
  readonly sides: readonly ShownSide[]
}
