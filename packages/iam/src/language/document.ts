/** A policy as it is after parsing: every "one or many" is a list, every scalar a string, `Principal: "*"` is `{AWS: ["*"]}`. */
export interface PolicyDocument {
  readonly Version: PolicyVersion
  readonly Id?: string
  readonly Statement: readonly Statement[]
}

export type PolicyVersion = '2008-10-17' | '2012-10-17'

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: Principals
  readonly NotPrincipal?: Principals
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource?: readonly string[]
  readonly NotResource?: readonly string[]
  readonly Condition?: ConditionBlock
}

export interface Principals {
  readonly AWS?: readonly string[]
  readonly Service?: readonly string[]
  readonly Federated?: readonly string[]
  readonly CanonicalUser?: readonly string[]
}

/** operator → key → values */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

export type PolicyKind = 'identity' | 'resource' | 'boundary' | 'session' | 'scp' | 'rcp'

export interface Policy {
  readonly kind: PolicyKind
  /** Where it comes from, as a person would say it: `inline policy x of role arn:…`. */
  readonly name: string
  readonly document: PolicyDocument
}
