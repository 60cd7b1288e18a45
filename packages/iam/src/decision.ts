import type { PolicyKind } from './document.ts'

/** Who must say yes. `key` and `trust` are resource policies that are the root of authority. */
export type Side = 'identity' | 'resource' | 'key' | 'trust' | 'boundary' | 'session' | 'scp' | 'rcp'

export interface StatementRef {
  /** The policy's name, the grant's, or the account's root. */
  readonly policy: string
  readonly kind: PolicyKind | 'grant' | 'root'
  readonly index: number
  readonly sid?: string
}

export interface Missing {
  readonly side: Side
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
