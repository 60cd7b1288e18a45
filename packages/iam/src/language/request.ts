import type { Policy } from './document.ts'

/** A federated user is a session of GetFederationToken; who comes by a web identity or SAML is anonymous until he has a role. */
export type PrincipalType = 'root' | 'user' | 'federated-user' | 'assumed-role' | 'service' | 'anonymous'

export interface Requester {
  readonly type: PrincipalType
  /**
   * Of an assumed role: the session, `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. Of an anonymous requester with a web
   * identity or a SAML assertion: its provider, as trust policies name it.
   */
  readonly arn: string
  /** Empty for services and anonymous requesters. */
  readonly account: string
  /** Of an assumed role: `arn:aws:iam::ACCOUNT:role/path/NAME`. */
  readonly roleArn?: string
  /** Of a federated user: the user who asked for the session. */
  readonly userArn?: string
  /** `AIDA…`, `AROA…:SESSION` or the account id: what `aws:userid` shows. */
  readonly uniqueId: string
  /** `codepipeline.amazonaws.com` */
  readonly service?: string
  /** The canonical user id of the account, by which old bucket policies name it. */
  readonly canonicalUser?: string
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface Grant {
  readonly id: string
  /** A principal's ARN, or a service principal. */
  readonly grantee: string
  /** Operation names as in CreateGrant: `Decrypt`, `GenerateDataKey`. */
  readonly operations: readonly string[]
  /** Who may retire it besides: a principal's ARN, an account's root, or a service principal. */
  readonly retiring?: string
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

/** What S3 asks besides the policies. What is not said does not hold anything back. */
export interface BucketSettings {
  /** RestrictPublicBuckets, of the bucket, its account, or the access point. */
  readonly restrictPublic?: boolean
  /** The account that owns the object, where objects belong to their writers. With BucketOwnerEnforced it is always the bucket's. */
  readonly objectOwner?: string
}

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
  /** Of the requester's account. One list of policies a level: root, organizational units, account. Each level must allow. */
  readonly scps?: readonly (readonly Policy[])[]
  /** Of the resource's account, likewise. RCPFullAWSAccess is at every level, given or not. */
  readonly rcps?: readonly (readonly Policy[])[]
  /** Of the organization: its own users, roles and resources are not held back. */
  readonly managementAccount?: string
  readonly bucket?: BucketSettings
  readonly resourceRule?: ResourceRule
}
