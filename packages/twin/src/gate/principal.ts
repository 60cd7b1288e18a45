import type { PolicyDocument, Requester } from '@tripoint/iam'
import { type Cause, type Reader, table } from '../engine/index.ts'

/** Who calls: what the evaluator asks about, and what the audit and the callee want to know. */
export interface Principal extends Requester {
  accessKeyId?: string
  sessionPolicies?: PolicyDocument[]
  /** Nobody checked a signature: root of an unknown key, where the twin was started to accept those. It may assume roles. */
  unverified?: true
  /** What led to the credentials being handed out; calls made with them continue it. */
  cause: Cause
}

/** Records of IAM that the gate reads on each call; services/iam and services/sts edit them. */
export interface PolicyRecord {
  name: string
  arn?: string
  document: string
}

export interface Identity {
  account: string
  name: string
  path: string
  arn: string
  /** AIDA… or AROA… */
  id: string
  created: number
  inline: Record<string, string>
  /** ARNs of managed policies. */
  attached: string[]
  boundary?: string
  tags: Record<string, string>
}

export interface User extends Identity {
  groups: string[]
}

/** Users and roles that a resource's policy names → their unique ids when the policy was put. */
export type PinnedPrincipals = Record<string, string>

export interface Role extends Identity {
  trust: string
  pins: PinnedPrincipals
  description?: string
  maxSession: number
  lastUsed?: number
}

export interface ManagedPolicy {
  account: string
  name: string
  path: string
  arn: string
  id: string
  created: number
  updated: number
  description?: string
  versions: { id: string; document: string; created: number }[]
  default: string
  nextVersion: number
  tags: Record<string, string>
}

export interface AccessKey {
  id: string
  secret: string
  account: string
  /** Absent: the account's root. */
  user?: string
  active: boolean
  created: number
}

export interface Session {
  accessKeyId: string
  secret: string
  token: string
  issued: number
  expires: number
  account: string
  /** Unique id of the role or user: one made anew under its name is another. Absent for root. */
  owner?: string
  /** Role sessions only; a session of GetSessionToken has `user`, or neither for root. */
  role?: string
  user?: string
  name?: string
  policies: PolicyDocument[]
  tags: Record<string, string>
  /** Keys of the tags that sessions chained from this one inherit. */
  transitive?: string[]
  sourceIdentity?: string
  cause: Cause
  /** Of a process that works for one cause after the other: `cause` is the one that it works for now. */
  moving?: true
  /** Key id of such a session, which this one was chained from: its calls go on for the same cause. */
  follows?: string
}

export const users = table<User>('iam/user', { keep: true }) // [account, name]
export const roles = table<Role>('iam/role', { keep: true }) // [account, name]
export const managedPolicies = table<ManagedPolicy>('iam/policy', { keep: true }) // [arn]
export const accessKeys = table<AccessKey>('iam/key', { keep: true }) // [id]
export const sessions = table<Session>('sts/session', { keep: true }) // [access key id]

/** The session of a principal's temporary credentials. */
export const sessionOf = (read: Reader, { accessKeyId }: Pick<Principal, 'accessKeyId'>): Session | undefined =>
  accessKeyId?.startsWith('ASIA') ? sessions.get(read, accessKeyId) : undefined

/** What led to the calls that are made with a session now. */
export const causeOfSession = (read: Reader, session: Session): Cause =>
  (session.follows === undefined ? undefined : sessions.get(read, session.follows)?.cause) ?? session.cause

/** A policy that this account may attach, bound with or narrow a session by: its own, or AWS's. Another account's would rule from there. */
export function attachablePolicy(read: Reader, account: string, arn: string): ManagedPolicy | undefined {
  const policy = managedPolicies.get(read, arn)
  return policy?.account === account || policy?.account === 'aws' ? policy : undefined
}

export const defaultDocument = (policy: ManagedPolicy | undefined): string | undefined =>
  policy?.versions.find(({ id }) => id === policy.default)?.document
