import type { Policy, ResourceRule } from '@tripoint/iam'
import type { Finding } from '../source/finding.ts'
import type { SourceFile, Spot } from '../source/spot.ts'

/** What a set of templates makes, over all accounts: who there is, what there is, and what every policy says. */
export interface World {
  readonly files: readonly SourceFile[]
  readonly accounts: readonly Account[]
  readonly stacks: readonly Stack[]
  readonly principals: readonly Principal[]
  /** every resource of every template, roles too */
  readonly resources: readonly Resource[]
  /** every policy that is written in a template, and the AWS managed ones that are attached */
  readonly policies: readonly WrittenPolicy[]
  /** what could not be read, and what was assumed */
  readonly findings: readonly Finding[]
}

export interface Account {
  /** twelve digits */
  readonly id: string
  /** `training`, or the name of its template */
  readonly label: string
  /** `assumed`: nothing says which account it is, so a number was made up for it */
  readonly known: 'given' | 'assumed'
}

export interface Stack {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly file: SourceFile
}

/** A role or user that templates make, or attach a policy to. */
export interface Principal {
  readonly kind: 'role' | 'user'
  readonly arn: string
  readonly account: string
  readonly name: string
  /** made by a template of this world; otherwise it has policies here, and what else it has is not known */
  readonly made: boolean
  readonly trust?: WrittenPolicy
  readonly identity: readonly WrittenPolicy[]
  readonly boundary?: WrittenPolicy
  readonly spot: Spot
}

/** Which policy it is, for whom: `owner` is the ARN of the role, user, bucket, key … that it belongs to. */
export interface WrittenPolicy {
  readonly side: 'identity' | 'resource' | 'key' | 'trust' | 'boundary'
  readonly owner: string
  /** the account that the owner is in */
  readonly account: string
  readonly policy: Policy
  /** the document; statement i stands at `statementSpot(policy, i)` */
  readonly spot: Spot
  /** where each statement stands, when they do not stand in their order in `spot` */
  readonly spots?: readonly Spot[]
  /** statements that are left out of the policy: something in each cannot be read */
  readonly unread?: readonly PlacedStatement[]
  /** characters as it is written, white space between them not counted: what AWS's quotas are about */
  readonly size?: number
  /** an AWS managed policy, whose text is AWS's and not the template's */
  readonly managed?: string
  /** its text is not known (a managed policy that is not carried here): taken as allowing everything where that is the safe side */
  readonly opaque?: true
}

/** A statement as it is written, with its place. */
export interface PlacedStatement<S = unknown> {
  readonly statement: S
  readonly spot: Spot
}

export interface Resource {
  /** `AWS::S3::Bucket` */
  readonly type: string
  readonly logicalId: string
  readonly stack: string
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly name: string
  readonly policy?: WrittenPolicy
  readonly rule: ResourceRule
  /** resolved: no intrinsics left; what is not known is a placeholder such as `<Bucket>` */
  readonly properties: Readonly<Record<string, unknown>>
  /** the resource; its properties stand below `Properties` */
  readonly spot: Spot
}
