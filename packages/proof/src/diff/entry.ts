import type { Policy, Statement } from '@tripoint/iam'
import type { WrittenPolicy } from '../world/world.ts'

/** One action, one resource and one principal of a statement: the least that a reviewer can take away or add. */
export interface Entry {
  readonly written: WrittenPolicy
  readonly index: number
  readonly effect: 'Allow' | 'Deny'
  /** the statement, narrowed to this */
  readonly statement: Statement
  /** a pattern; undefined where the statement says NotAction */
  readonly action: string | undefined
  /** a pattern; undefined where it says NotResource, or nothing: the owner is meant */
  readonly resource: string | undefined
  /** in policies that name principals; undefined where it says NotPrincipal */
  readonly principal: EntryPrincipal | undefined
  /** equal for entries that say the same, wherever they stand */
  readonly key: string
}

export interface EntryPrincipal {
  readonly kind: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'
  readonly value: string
}

const KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

export const entriesOf = (policies: readonly WrittenPolicy[]): Entry[] =>
  policies
    .filter(({ opaque }) => !opaque)
    .flatMap(written =>
      written.policy.document.Statement.flatMap((statement, index) => split(written, statement, index)),
    )

function split(written: WrittenPolicy, statement: Statement, index: number): Entry[] {
  const { Action, Resource, Principal } = statement
  const principals = Principal
    ? KINDS.flatMap(kind => (Principal[kind] ?? []).map(value => ({ kind, value })))
    : [undefined]
  return (Action ?? [undefined]).flatMap(action =>
    (Resource ?? [undefined]).flatMap(resource =>
      principals.map(principal => {
        const narrowed: Statement = {
          ...statement,
          ...(action === undefined ? {} : { Action: [action] }),
          ...(resource === undefined ? {} : { Resource: [resource] }),
          ...(principal === undefined ? {} : { Principal: { [principal.kind]: [principal.value] } }),
        }
        const { Effect: effect } = statement
        return { written, index, effect, statement: narrowed, action, resource, principal, key: keyOf(narrowed) }
      }),
    ),
  )
}

/** An account's number and its root's ARN are the same principal. */
function keyOf({ Sid: _, ...statement }: Statement): string {
  return JSON.stringify(sorted(statement)).replace(/"arn:aws:iam::(\d{12}):root"/g, '"$1"')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)])
}

/** `s3:Get*`, or `everything but s3:Get*` */
export const actionText = ({ action, statement }: Entry): string =>
  action ?? `everything but ${statement.NotAction?.join(', ')}`

/** The entry as a policy of its own. */
export const policyOfEntry = ({ written: { policy }, statement }: Entry): Policy => ({
  ...policy,
  document: { Version: policy.document.Version, Statement: [statement] },
})

/** Only what a policy allows, or only what it denies. */
export const only = (effect: 'Allow' | 'Deny', policies: readonly WrittenPolicy[]): Policy[] =>
  policies
    .filter(({ opaque }) => !opaque)
    .map(({ policy }) => ({
      ...policy,
      document: { ...policy.document, Statement: policy.document.Statement.filter(({ Effect }) => Effect === effect) },
    }))
    .filter(({ document }) => document.Statement.length > 0)
