import { parseArn } from '@tripoint/iam'
import { sessionsNamed } from '../reach/session.ts'
import { accountsOf, strangersOf } from '../reach/stranger.ts'
import type { Principal, Resource } from '../world/world.ts'
import { askers } from './askers.ts'
import type { Move } from './edge.ts'
import { EDITED, type Edited } from './edits.ts'
import { memberNodes, type Node, principalNode, strangerNode } from './node.ts'
import { RECEIVERS } from './passes.ts'
import type { Scene } from './scene.ts'
import { type ServiceTrust, serviceTrustsOf } from './service-trust.ts'

const STS = 'https://pathfinding.cloud/paths/sts-001'

/** Whoever may assume a role: his own policies and the role's trust policy say it, within an account the trust policy alone can. */
export function* assumeMoves(scene: Scene): Generator<Move> {
  for (const role of scene.roles) {
    const to = principalNode(scene.world, role.arn)
    for (const from of assumers(scene, role))
      yield {
        from,
        to,
        by: 'assume-role',
        does: `can assume ${to.name}`,
        page: STS,
        asks: [{ action: assuming(from), resource: role.arn }],
      }
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html */
function assuming({ asker }: Node): string {
  const [who = ''] = asker?.principals ?? []
  if (!who.startsWith('federated:')) return 'sts:AssumeRole'
  return who.includes(':saml-provider/') ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity'
}

function assumers({ world, known, inAccount, couldBeAllowed }: Scene, role: Principal): Node[] {
  const trust = role.trust!.policy
  const allows = trust.document.Statement.filter(({ Effect }) => Effect === 'Allow')
  const named = new Set(allows.flatMap(accountsOf))
  const directly = new Set(allows.flatMap(({ Principal }) => Principal?.AWS ?? []))
  const accounts = named.has('*') ? world.accounts.map(({ id }) => id) : [...named]
  const members = accounts
    .flatMap(inAccount)
    .filter(each => each.arn !== role.arn)
    .filter(
      each =>
        couldBeAllowed(each, 'sts:AssumeRole', role.arn) ||
        (each.account === role.account && (directly.has(each.arn) || directly.has('*'))) ||
        sessionsNamed(allows, each).length > 0,
    )
  const strangers = strangersOf(world, known, trust, role.account).filter(({ kind }) => kind !== 'anonymous')
  return [...members.flatMap(each => memberNodes(world, each, trust)), ...strangers.map(strangerNode)]
}

/** A role is passed within its account only: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export function* passMoves(scene: Scene): Generator<Move> {
  for (const { role, trust, receiver } of receivedRoles(scene)) {
    const to = principalNode(scene.world, role.arn)
    for (const principal of scene.inAccount(role.account)) {
      if (principal.arn === role.arn || !scene.couldBeAllowed(principal, 'iam:PassRole', role.arn)) continue
      const pass = { action: 'iam:PassRole', resource: role.arn, context: { 'iam:PassedToService': trust.service } }
      for (const way of receiver.ways)
        yield {
          from: principalNode(scene.world, principal.arn),
          to,
          by: `pass-role-to-${receiver.name}`,
          does: `can pass ${to.name} to ${receiver.runs} of its own making (${way.join(', ')})`,
          page: receiver.page,
          asks: [
            pass,
            ...way.map(action => ({
              action,
              resource: within(trust, role, action),
              context: { 'iam:PassedToService': trust.service },
            })),
          ],
        }
    }
  }
}

function receivedRoles(scene: Scene) {
  return scene.roles.flatMap(role =>
    serviceTrustsOf(role).flatMap(trust => {
      const receiver = Object.hasOwn(RECEIVERS, trust.service) ? RECEIVERS[trust.service] : undefined
      return receiver ? [{ role, trust, receiver }] : []
    }),
  )
}

/** What the service works for: what the trust policy says (aws:SourceArn) where that is of the action's service. */
const within = ({ source }: ServiceTrust, role: Principal, action: string): string => {
  const [service = ''] = action.split(':')
  return parseArn(source ?? '')?.service === service ? source! : anythingOf(service, role)
}

const anythingOf = (service: string, { arn, account }: Principal): string =>
  `arn:${arn.split(':')[1]}:${service}:*:${account}:*`

/** Whoever may change what works as a role. */
export function* editMoves(scene: Scene): Generator<Move> {
  const trusting = new Map(
    scene.roles.map(role => [role, new Set(serviceTrustsOf(role).map(({ service }) => service))]),
  )
  const profiles = profilesOf(scene)
  for (const edited of EDITED) {
    const hosts = Map.groupBy(scene.ofType(edited.type), ({ account, properties }) => {
      const named = roleIn(properties, edited.role)
      return profiles.get(`${account} ${named}`) ?? named
    })
    for (const role of scene.roles) {
      if (!trusting.get(role)?.has(edited.service)) continue
      const to = principalNode(scene.world, role.arn)
      const places = hosts.get(role.arn) ?? []
      for (const resource of places) yield* changes(scene, edited, role, to, resource)
      if (places.length === 0 && edited.elsewhere) yield* changes(scene, edited, role, to, undefined)
    }
  }
}

/** An instance works as the role of its profile: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html */
const profilesOf = (scene: Scene): ReadonlyMap<string, string> =>
  new Map(
    scene.ofType('AWS::IAM::InstanceProfile').flatMap(({ account, name, properties }) => {
      const [role] = [properties.Roles].flat()
      const of = scene.roles.find(each => each.account === account && each.name === role)
      return of ? [[`${account} ${name}`, of.arn]] : []
    }),
  )

function* changes(
  scene: Scene,
  edited: Edited,
  role: Principal,
  to: Node,
  known: Resource | undefined,
): Generator<Move> {
  const [service = ''] = edited.service.split('.')
  const resource = known?.arn ?? anythingOf(service, role)
  const what = known === undefined ? `what may work as ${to.name}` : `${resource}, which works as ${to.name}`
  for (const way of edited.ways) {
    const members = scene
      .inAccount(role.account)
      .filter(each => way.every(action => scene.couldBeAllowed(each, action, resource)))
      .map(({ arn }) => principalNode(scene.world, arn))
    // A resource's own policy may let in others: of another account, or without a word of theirs.
    for (const from of known?.policy ? askers(scene, known, way[0]!, resource) : members) {
      if (from.id === role.arn) continue
      yield {
        from,
        to,
        by: edited.name,
        does: `can change ${edited.what} ${what} (${way.join(', ')})`,
        page: edited.page,
        asks: way.map(action => ({ action, resource })),
        ...(known === undefined ? { unknown: `no template shows what works as ${to.name}` } : {}),
      }
    }
  }
}

function roleIn(properties: unknown, path: readonly string[]): string | undefined {
  let value = properties
  for (const name of path) value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return typeof value === 'string' ? value : undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
