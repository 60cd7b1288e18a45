import { type AccessRequest, arnLike, type Policy, type Statement } from '@tripoint/iam'
import { type Access, principalText } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import type { Tally } from '../proof/tally.ts'
import { isAbout, isOn } from '../reach/overlap.ts'
import { knownIn } from '../reach/stranger.ts'
import type { Principal, Resource, World } from '../world/world.ts'

/** What every technique looks at, prepared once. */
export interface Scene {
  readonly world: World
  readonly tally: Tally
  readonly roles: readonly Principal[]
  /** everybody who is asked about by name */
  readonly known: ReadonlySet<string>
  inAccount(account: string): readonly Principal[]
  ofType(type: string): readonly Resource[]
  /** Could an identity policy of his allow the action on something of the pattern? Cheap, and at least when it does. */
  couldBeAllowed(principal: Principal, action: string, pattern: string): boolean
  isNeeded(principal: string, request: AccessRequest | undefined): boolean
}

export function sceneOf(world: World, needs: Needs, tally: Tally): Scene {
  const accounts = Map.groupBy(world.principals, ({ account }) => account)
  const types = Map.groupBy(world.resources, ({ type }) => type)
  const allows = new Map(world.principals.map(each => [each, allowsOf(each)]))
  const needed = Map.groupBy(needs.list, ({ access }) => keyOf(principalText(access.principal), access.action))
  return {
    world,
    tally,
    known: knownIn(world, needs),
    roles: world.principals.filter(({ kind, trust }) => kind === 'role' && trust !== undefined),
    inAccount: account => accounts.get(account) ?? [],
    ofType: type => types.get(type) ?? [],
    couldBeAllowed: (principal, action, pattern) =>
      allows.get(principal)?.some(each => isAbout(each, action) && isOn(each, pattern)) ?? false,
    isNeeded: (principal, request) =>
      request !== undefined &&
      (needed.get(keyOf(principal, request.action))?.some(({ access }) => covers(access, request)) ?? false),
  }
}

const allowsOf = ({ identity }: Principal): Statement[] =>
  identity.flatMap(({ opaque, policy }) => (opaque ? [ANY] : allowing(policy)))

/** What is not known could allow anything. */
const ANY: Statement = { Effect: 'Allow', Action: ['*'], Resource: ['*'] }

const allowing = ({ document }: Policy): Statement[] => document.Statement.filter(({ Effect }) => Effect === 'Allow')

const keyOf = (principal: string, action: string): string => `${principal} ${action.toLowerCase()}`

/** A role that is passed is passed to the service of the need, and to no other. */
function covers({ resource, conditions }: Access, request: AccessRequest): boolean {
  const services = conditions?.StringEquals?.['iam:PassedToService']
  const service = request.context['iam:PassedToService']
  if (services !== undefined && ![services].flat().includes(String(service))) return false
  return resource === '*' || resource === request.resource || arnLike(resource, request.resource)
}
