import type { Reader, Table, Tx } from '../../engine/index.ts'
import { type Identity, page as pageOf, type Role, roles, type User, users } from '../../gate/index.ts'
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

/** The ARN to authorise on: of the entity with its path, or, of one that is missing, as it would be. */
export const target = <T extends Identity>(read: Reader, kind: Kind<T>, account: string, name: string | undefined) =>
  kind.table.get(read, account, name ?? '')?.arn ??
  arnOf(account, kind.word === 'Role' ? 'role' : 'user', '/', name ?? '')

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
