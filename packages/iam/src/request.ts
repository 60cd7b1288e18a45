import type { Policy } from './document.ts'

export type PrincipalType = 'root' | 'user' | 'assumed-role' | 'service' | 'anonymous'

export interface Requester {
  readonly type: PrincipalType
  /** Of an assumed role: the session, `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. */
  readonly arn: string
  /** Empty for services and anonymous requesters. */
  readonly account: string
  /** Of an assumed role: `arn:aws:iam::ACCOUNT:role/path/NAME`. */
  readonly roleArn?: string
  /** `AIDA…`, `AROA…:SESSION` or the account id: what `aws:userid` shows. */
  readonly uniqueId: string
  /** `codepipeline.amazonaws.com` */
  readonly service?: string
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface Grant {
  readonly id: string
  /** A principal's ARN, or a service principal. */
  readonly grantee: string
  /** Operation names as in CreateGrant: `Decrypt`, `GenerateDataKey`. */
  readonly operations: readonly string[]
  readonly constraints?: GrantConstraints
}

export interface GrantConstraints {
  readonly EncryptionContextEquals?: Readonly<Record<string, string>>
  readonly EncryptionContextSubset?: Readonly<Record<string, string>>
}

/**
 * Which policy is the root of authority. `plain`: the account is; a resource policy adds to it. `key`: the key policy is, and
 * identity policies count only where it names the account. `trust`: likewise the trust policy, for sts:AssumeRole.
 */
export type ResourceRule = 'plain' | 'key' | 'trust'

export interface AccessRequest {
  readonly requester: Requester
  readonly action: string
  /** An ARN, or `*` for an action without resources. */
  readonly resource: string
  readonly resourceAccount: string
  /** Keys are compared without regard to case. What follows from requester and resource is added where absent. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly identity: readonly Policy[]
  readonly boundary?: Policy
  readonly session?: readonly Policy[]
  readonly resourcePolicy?: Policy
  readonly grants?: readonly Grant[]
  /** One list of policies a level: root, organizational units, account. Each level must allow. */
  readonly scps?: readonly (readonly Policy[])[]
  readonly rcps?: readonly (readonly Policy[])[]
  readonly resourceRule?: ResourceRule
}
