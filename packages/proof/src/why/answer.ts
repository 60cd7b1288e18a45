import type { DecisionStep, Side } from '@tripoint/iam'
import type { Quoted } from '../report/report.ts'
import type { Place } from '../source/spot.ts'
import type { Asked } from '../world/request.ts'
import type { Assumed } from './usual-context.ts'

/** What `why` has to say, as plain JSON. */
export interface Answer {
  /** `unknown`: it hangs on policies that no template shows */
  readonly verdict: Verdict
  /** what was taken for granted about who and what */
  readonly notes: readonly string[]
  /** the one that was asked for, and those that it brings about */
  readonly decisions: readonly ShownDecision[]
}

export type Verdict = 'allowed' | 'denied' | 'unknown'

export interface ShownDecision {
  readonly asked: Asked
  /** why there is this decision, where nobody asked for it */
  readonly because?: string
  readonly assumed: readonly Assumed[]
  readonly verdict: Verdict
  /** on what an unknown verdict hangs */
  readonly hangsOn?: string
  /** in the order of AWS's evaluation */
  readonly steps: readonly ShownStep[]
  readonly missing: readonly MissingHalf[]
  /** what the access list says of it */
  readonly needed: readonly NeededFor[]
}

export interface ShownStep extends Omit<DecisionStep, 'statements'> {
  readonly statements: readonly Quoted[]
}

/** The side that would have to say yes. */
export interface MissingHalf {
  readonly side: Side
  /** a statement of it denies, or a rule of the service: nothing that is added helps */
  readonly denies: boolean
  readonly why: string
  readonly cure?: string
  /** the account where it would have to stand */
  readonly account: string
  /** whose policy it would be */
  readonly owner: string
  /** the policy, where there is one, or who or what would get one */
  readonly place?: Place
  /** the smallest statement that would do, as JSON */
  readonly statement?: string
}

export interface NeededFor {
  readonly id: string
  readonly step: string
  readonly because: string
  readonly page: string
}
