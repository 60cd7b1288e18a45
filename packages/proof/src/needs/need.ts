import type { Access, Guard } from '@tripoint/pipeline'
import type { Spot } from '../source/spot.ts'

/** What the line needs: of a definition its access list, otherwise what its pipelines, state machines and functions show. */
export interface Needs {
  readonly from: 'definition' | 'templates'
  readonly list: readonly Need[]
  /** what has to be denied, whoever asks */
  readonly guards: readonly Guard[]
  /** what a resource's policy leaves to the administrators of its account, who are trusted */
  readonly administration: readonly Administration[]
}

export interface Need {
  readonly access: Access
  /** what needs it: an action of the pipeline, a state, a function */
  readonly spot?: Spot
  /** what its request carries in any case: headers that a service sends of itself */
  readonly context?: Readonly<Record<string, string>>
}

export interface Administration {
  /** the ARN of the resource */
  readonly owner: string
  readonly account: string
  readonly actions: readonly string[]
}
