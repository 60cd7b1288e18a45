import type { Side } from '@tripoint/iam'
import type { Quoted } from '../report/report.ts'
import type { Asked } from '../world/request.ts'
import type { Level } from './verbs.ts'

/**
 * One line of a comparison. `effective`: it is really so; `condition`: it was so before, under other conditions;
 * `latent`: a policy says it, and another side holds it back; `repeated`: said in one place more or less, and nothing changes.
 */
export interface Change {
  readonly does: 'added' | 'removed'
  readonly kind: 'access' | 'deny' | 'boundary' | 'unknown-policy'
  readonly weight: 'effective' | 'condition' | 'latent' | 'repeated'
  readonly level: Level
  /** as `requestIn` calls him */
  readonly principal: string
  /** twelve digits, or empty */
  readonly account: string
  readonly actions: readonly string[]
  /** ARNs, or patterns of them */
  readonly resources: readonly string[]
  /** a sentence for a reviewer */
  readonly words: string
  /** under which conditions, or what holds it back */
  readonly note: string
  readonly statements: readonly Quoted[]
  /** a request that is allowed on one side only */
  readonly witness?: Asked
  /** the comparison gave up, and counts it as changed */
  readonly undecided?: string
}

/** Something that only one of the two worlds makes. */
export interface Made {
  readonly does: 'added' | 'removed'
  readonly type: string
  readonly account: string
  readonly label: string
  readonly arn: string
  readonly words: string
}

/** What a change does to who may do what: plain JSON. */
export interface Diff {
  readonly before: string
  readonly after: string
  readonly accounts: readonly { readonly id: string; readonly label: string }[]
  readonly changes: readonly Change[]
  readonly made: readonly Made[]
}

/** Where something is said, as a reviewer calls it. */
export const SIDE_WORDS: Readonly<Record<Side, string>> = {
  identity: 'its own policies',
  resource: 'the resource policy',
  key: 'the key policy',
  trust: 'the trust policy',
  boundary: 'its permissions boundary',
  session: 'its session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
}

/** More can be done than before, or it cannot be ruled out; a Deny that goes lets something in. */
export const givesMore = ({ does, kind }: Change): boolean => (does === 'added') === (kind !== 'deny')

/** It comes about, and is not only said. */
export const comesAbout = ({ weight }: Pick<Change, 'weight'>): boolean =>
  weight === 'effective' || weight === 'condition'

/** So it is taken, too, where the comparison gave up. */
export const isReal = (change: Change): boolean => comesAbout(change) || change.undecided !== undefined
