import type { Reader, Table, Tx } from '../../engine/index.ts'
import {
  attachablePolicy,
  type Call,
  type Demand,
  type Identity,
  identityTags,
  page as pageOf,
  type Role,
  requestTags,
  roles,
  type Tags,
  type User,
  users,
} from '../../gate/index.ts'
import { invalidInput, noSuchEntity } from './errors.ts'

/** Roles and users share their policy, tag and boundary operations; this says where they differ. */
export interface Kind<T extends Identity> {
  table: Table<T>
  /** `Role`: the word in operation names and members. */
  word: 'Role' | 'User'
  policyLimit: number
}

export const roleKind: Kind<Role> = { table: roles, word: 'Role', policyLimit: 10_240 }
export const userKind: Kind<User> = { table: users, word: 'User', policyLimit: 2_048 }

export const arnOf = (account: string, kind: 'role' | 'user' | 'policy', path: string, name: string) =>
  `arn:aws:iam::${account}:${kind}${path}${name}`

export function find<T extends Identity>(read: Reader, kind: Kind<T>, account: string, name: string | undefined): T {
  const entity = kind.table.get(read, account, name ?? '')
  if (entity === undefined) throw noSuchEntity(`The ${kind.word.toLowerCase()} with name ${name} cannot be found.`)
  return entity
}

export function change<T extends Identity>(
  tx: Tx,
  kind: Kind<T>,
  account: string,
  name: string | undefined,
  edit: (entity: T) => T,
): T {
  return kind.table.put(tx, [account, name ?? ''], edit(find(tx, kind, account, name)))
}

/**
 * What a call on a user or role demands, with the keys of the one that is there: its tags, and its boundary, which lets
 * somebody change only whom a boundary holds. One that is missing is authorised on by the ARN that it would have.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function demandOn<T extends Identity>(
  read: Reader,
  kind: Kind<T>,
  call: Call,
  action: string,
  name: string | undefined,
  context: Demand['context'] = {},
): Demand {
  const known = kind.table.get(read, call.account, name ?? '')
  return {
    action: `iam:${action}`,
    resource: known?.arn ?? arnOf(call.account, kind.word === 'Role' ? 'role' : 'user', '/', name ?? ''),
    context: {
      ...(known === undefined ? {} : { ...identityTags(known), 'iam:PermissionsBoundary': known.boundary }),
      ...context,
    },
  }
}

/** What making one demands: with its tags, also leave to tag it. */
export function demandNew(
  call: Call,
  word: 'Role' | 'User',
  path: string,
  name: string,
  { boundary, tags }: { boundary: string | undefined; tags: Tags },
): Demand[] {
  const resource = arnOf(call.account, word === 'Role' ? 'role' : 'user', path, name)
  const context = { 'iam:PermissionsBoundary': boundary, ...requestTags(tags) }
  const actions = [`Create${word}`, ...(Object.keys(tags).length === 0 ? [] : [`Tag${word}`])]
  return actions.map(action => ({ action: `iam:${action}`, resource, context }))
}

/** The ARN of a policy that this account may attach, or bound with. */
export function attachable(read: Reader, account: string, arn = ''): string {
  if (attachablePolicy(read, account, arn) === undefined)
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  return arn
}

/** The boundary that a new user or role is made with. */
export const withBoundary = (read: Reader, account: string, arn: string | undefined): Pick<Identity, 'boundary'> =>
  arn === undefined ? {} : { boundary: attachable(read, account, arn) }

export const boundaryShape = ({ boundary }: Identity) =>
  boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: boundary,
        },
      }

/** IAM returns policies URL-encoded (RFC 3986). */
export const encoded = (document: string) =>
  encodeURIComponent(document).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** A page in IAM's members. */
export function page<T>(
  entries: readonly T[],
  input: { Marker?: string | undefined; MaxItems?: number | undefined },
): { items: T[]; IsTruncated: boolean; Marker?: string } {
  const { shown, next } = pageOf(entries, input.Marker, input.MaxItems ?? 100, () => invalidInput('Invalid Marker.'))
  return next === undefined ? { items: shown, IsTruncated: false } : { items: shown, IsTruncated: true, Marker: next }
}
