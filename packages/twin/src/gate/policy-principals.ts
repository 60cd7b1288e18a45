import type { PolicyDocument } from '@tripoint/iam'
import type { Reader } from '../engine/index.ts'
import { type PinnedPrincipals, roles, users } from './principal.ts'

/**
 * AWS stores a policy's users and roles by unique id: one that is deleted and made anew is another one, and the policy
 * then shows the dead id. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * `unknown` are the principals that do not exist, for which every service refuses the policy.
 */
export function pinPrincipals(read: Reader, document: PolicyDocument): { pins: PinnedPrincipals; unknown: string[] } {
  const pins: PinnedPrincipals = {}
  const unknown: string[] = []
  for (const principal of principalsOf(document)) {
    const id = idOf(read, principal)
    if (id === undefined) unknown.push(principal)
    else if (id !== '') pins[principal] = id
  }
  return { pins, unknown }
}

/** The policy as it now reads: principals that were deleted since it was put are their dead ids. */
export function currentPolicy(read: Reader, document: string, pins: PinnedPrincipals): string {
  const dead = new Map(Object.entries(pins).filter(([arn, id]) => idOf(read, arn) !== id))
  if (dead.size === 0) return document
  // Only under Principal: the same ARN in a condition stays a text.
  return JSON.stringify(JSON.parse(document), (name, value: unknown) =>
    name === 'Principal' || name === 'NotPrincipal' ? renamed(value, dead) : value,
  )
}

const renamed = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map(each => renamed(each, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([kind, each]) => [kind, renamed(each, names)]))
}

const principalsOf = ({ Statement }: PolicyDocument): Set<string> =>
  new Set(Statement.flatMap(({ Principal, NotPrincipal }) => [...(Principal?.AWS ?? []), ...(NotPrincipal?.AWS ?? [])]))

/** The unique id of a user or role; '' for what needs none (accounts, everyone); undefined for what does not exist. */
function idOf(read: Reader, principal: string): string | undefined {
  if (principal === '*' || /^\d{12}$/.test(principal) || /^arn:aws:iam::\d{12}:root$/.test(principal)) return ''
  const [, account = '', kind = '', path = ''] = /^arn:aws:(?:iam|sts)::(\d{12}):([a-z-]+)\/(.+)$/.exec(principal) ?? []
  const parts = path.split('/')
  if (kind === 'assumed-role') return roles.get(read, account, parts[0] ?? '') === undefined ? undefined : ''
  const name = parts.at(-1) ?? ''
  if (kind === 'role' || kind === 'user') {
    const identity = (kind === 'role' ? roles : users).get(read, account, name)
    return identity?.arn === principal ? identity.id : undefined
  }
  if (/^A(ROA|IDA)[A-Z2-7]+$/.test(principal)) return exists(read, principal) ? '' : undefined
  return undefined
}

function exists(read: Reader, id: string): boolean {
  for (const { id: known } of id.startsWith('AROA') ? roles.list(read) : users.list(read)) if (known === id) return true
  return false
}
