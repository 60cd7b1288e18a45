import type { Policy } from '../language/document.ts'
import type { AccessRequest, BucketSettings, Grant, Requester, ResourceRule } from '../language/request.ts'
import type { Caps } from './answer.ts'

/** Who asks: somebody (of a role, the one session that `requester` names) who is known with all his policies, or anyone whose principal text matches, whose own policies are then taken to allow everything. */
export type Subject =
  | {
      readonly kind: 'known'
      readonly requester: Requester
      readonly identity: readonly Policy[]
      readonly boundary?: Policy
      readonly session?: readonly Policy[]
    }
  | {
      readonly kind: 'anyone'
      /** Patterns over the principal's text, as `requesterOf` reads it. */
      readonly include: readonly string[]
      readonly exclude: readonly string[]
      /** Whose principals; undefined: those of any account but the resource's, and those that have none. */
      readonly account: string | undefined
    }

export interface ReachQuestion {
  readonly subject: Subject
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly resourceAccount: string
  readonly resourceRule: ResourceRule
  readonly resourcePolicy?: Policy
  readonly grants?: readonly Grant[]
  readonly bucket?: BucketSettings
  readonly scps?: readonly (readonly Policy[])[]
  readonly rcps?: readonly (readonly Policy[])[]
  /** Requests that do not count: what these policies allow. */
  readonly except?: readonly Policy[]
  /** Values of condition keys that every request has. */
  readonly context?: AccessRequest['context']
  /** Condition keys that are absent unless `context` has them. */
  readonly known?: readonly string[]
  readonly caps?: Partial<Caps>
  /** Names of real actions: a witness is about one of these where it can be. */
  readonly actionNames?: readonly string[]
}
