import { type Access, accountOfArn, nameOfArn, type Side } from '@tripoint/pipeline'
import type { ShownSide } from './explanation.ts'
import type { Facts } from './facts.ts'
import type { CureSide, Mode } from './mode.ts'

/** What accounts are called: twelve digits → `training`. */
export type Labels = ReadonlyMap<string, string>

const inAccount = (account: string | undefined, labels: Labels): string => {
  if (account === undefined || !/^\d{12}$/.test(account)) return ''
  const label = labels.get(account)
  return `, in account ${account}${label === undefined ? '' : ` (${label})`}`
}

const shortName = (arn: string | undefined, otherwise: string): string => {
  if (arn === undefined || !arn.startsWith('arn:')) return arn ?? otherwise
  const session = /:assumed-role\/([^/]+)/.exec(arn)?.[1]
  return session ?? (arn.startsWith('arn:aws:s3:::') ? arn.slice(13).split('/', 1)[0]! : nameOfArn(arn))
}

const WORDS: Readonly<Record<CureSide, (who: string, what: string) => string>> = {
  identity: who => `the identity policy of ${who}`,
  'pass-role': (who, what) => `the identity policy of ${who}, which hands over ${what}`,
  resource: (_who, what) => `the resource policy of ${what}`,
  key: () => 'the key policy',
  trust: (_who, what) => `the trust policy of ${what}`,
  boundary: who => `the permissions boundary of ${who}`,
  session: who => `the session policy that ${who} was taken with`,
  scp: who => `a service control policy of the organization, over ${who}`,
  rcp: (_who, what) => `a resource control policy of the organization, over ${what}`,
  endpoint: () => "the policy of the VPC endpoint, in the VPC's account",
  rule: () => "no policy at all: a service's own rule",
}

const CALLERS = new Set<CureSide>(['identity', 'pass-role', 'boundary', 'session', 'scp'])
const OWNERS = new Set<CureSide>(['resource', 'key', 'trust', 'rcp'])

/** Where a mode is cured, with the names that the text gives. */
export function sidesOf({ sides }: Mode, facts: Facts, labels: Labels): ShownSide[] {
  const { principal, resource } = facts
  const isRole = /:role\/|^role /.test(resource ?? '')
  const who = shortName(principal, 'the caller')
  const all = sides.map(named => {
    const side = named === 'resource' ? resourceSide(resource) : named
    const owner = resource === undefined ? undefined : accountOfArn(resource)
    const account =
      CALLERS.has(side) && principal !== undefined ? accountOfArn(principal) : OWNERS.has(side) ? owner : undefined
    const what = shortName(
      side === 'trust' && !isRole ? undefined : resource,
      side === 'trust' ? 'the role' : 'the resource',
    )
    return shown(side, WORDS[side](who, what), account, labels)
  })
  return [...new Map(all.map(each => [each.words, each])).values()]
}

const resourceSide = (resource = ''): CureSide =>
  resource.startsWith('arn:aws:kms:') ? 'key' : /:role\//.test(resource) ? 'trust' : 'resource'

/** Where an entry of the access list has to be said. */
export const sidesOfAccess = ({ sides, principal, resource, account }: Access, labels: Labels): ShownSide[] =>
  sides.map((side: Side) => {
    const who = principal.kind === 'service' ? principal.name : nameOfArn(principal.arn)
    const own = side === 'identity' || side === 'pass-role' ? principal.account : account
    return shown(side, WORDS[side](who, shortName(resource, 'the resource')), own, labels)
  })

function shown(side: CureSide, words: string, account: string | undefined, labels: Labels): ShownSide {
  const known = account !== undefined && /^\d{12}$/.test(account)
  return { side, words: `${words}${inAccount(account, labels)}`, ...(known ? { account } : {}) }
}
