import type { PolicyKind } from '../language/document.ts'

/** Who must say yes. `key` and `trust` are resource policies that are the root of authority. */
export type Side = 'identity' | 'resource' | 'key' | 'trust' | 'boundary' | 'session' | 'scp' | 'rcp'

export interface StatementRef {
  /** The policy's name, the grant's, or the account's root. */
  readonly policy: string
  readonly kind: PolicyKind | 'grant' | 'root'
  readonly index: number
  readonly sid?: string
}

/** What no policy lifts: bar.ts says which is which. */
export type Rule =
  | 'pass-role-across-accounts'
  | 'role-for-root'
  | 'key-administration-across-accounts'
  | 'unsigned-call'
  | 'public-access-block'
  | 'object-ownership'

export interface Missing {
  readonly side: Side
  /** Of service control policies: the level that does not allow, the organization's root being 0. */
  readonly level?: number
  /** It is refused by a rule of the service, and no statement lifts that. */
  readonly rule?: Rule
  /** A sentence: what this side lacks, or which statement of it denies. */
  readonly why: string
  readonly cure?: string
}

export interface Decision {
  readonly allowed: boolean
  readonly reason: 'explicit-deny' | 'implicit-deny' | 'allowed'
  /** The allow of each side that was needed, or the statement that denies. */
  readonly decidedBy: readonly StatementRef[]
  readonly missing: readonly Missing[]
}
