import { type AccessRequest, type Policy, parseArn, parsePolicy, requesterOf } from '@tripoint/iam'
import type { Access } from '@tripoint/pipeline'
import type { Principal, Resource, World, WrittenPolicy } from './world.ts'

/** A request as one would say it: who does what on what. */
export interface Asked {
  /** the ARN of a role, user or root, `service:lambda.amazonaws.com`, or `anonymous` */
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

/**
 * The request with every policy of the world that has a say in it. What policies no template shows are taken, `at-most`, as
 * allowing everything (whoever administers the account could see to it), or `at-least` as not there.
 */
export function requestIn(world: World, asked: Asked, unknown: 'at-most' | 'at-least' = 'at-most'): AccessRequest {
  const requester = requesterOf(asked.principal)
  const principal = principalOf(world, asked.principal)
  const resource = resourceOf(world, asked.resource)
  const trust = /^sts:/i.test(asked.action)
  const policy = resource?.rule === 'trust' && !trust ? undefined : resource?.policy
  return {
    requester,
    action: asked.action,
    resource: asked.resource,
    resourceAccount: resource?.account ?? (parseArn(asked.resource)?.account || requester.account),
    resourceRule: trust && resource?.rule === 'trust' ? 'trust' : resource?.rule === 'key' ? 'key' : 'plain',
    context: asked.context,
    identity: requester.account === '' ? [] : identityOf(principal, unknown),
    ...boundaryOf(principal, unknown),
    ...(policy ? { resourcePolicy: policy.policy } : {}),
    ...(restrictsPublic(resource) ? { bucket: { restrictPublic: true } } : {}),
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
function restrictsPublic(resource: Resource | undefined): boolean {
  const block = resource?.properties.PublicAccessBlockConfiguration as { RestrictPublicBuckets?: unknown } | undefined
  return resource?.type === 'AWS::S3::Bucket' && String(block?.RestrictPublicBuckets) === 'true'
}

/** The principal of an access, as a request calls it. */
export const askerOf = ({ principal }: Access): string =>
  principal.kind === 'service' ? `service:${principal.name}` : principal.arn

/** The resource that an ARN is of or lies in: an object is in its bucket. */
export function resourceOf(world: World, arn: string): Resource | undefined {
  const { resources } = indexOf(world)
  return resources.get(arn) ?? (/^arn:[^:]+:s3:::/.test(arn) ? resources.get(arn.split('/', 1)[0]!) : undefined)
}

/** Of a session its role, whatever the path of that. */
export function principalOf(world: World, arn: string): Principal | undefined {
  const { principals, roles } = indexOf(world)
  const [, account, name] = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? []
  return name === undefined ? principals.get(arn) : roles.get(`${account} ${name}`)
}

function identityOf(principal: Principal | undefined, unknown: 'at-most' | 'at-least'): readonly Policy[] {
  const written = principal?.identity ?? []
  if (unknown === 'at-most' && (!principal?.made || written.some(({ opaque }) => opaque))) return [ANYTHING]
  return written.filter(({ opaque }) => !opaque).map(({ policy }) => policy)
}

function boundaryOf(principal: Principal | undefined, unknown: 'at-most' | 'at-least'): { boundary?: Policy } {
  const { boundary } = principal ?? {}
  return boundary && !(boundary.opaque && unknown === 'at-most') ? { boundary: boundary.policy } : {}
}

export const ANYTHING: Policy = {
  kind: 'identity',
  name: 'policies that are not known here',
  document: parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
}

/** By the name that the evaluator calls it. */
export const policyNamed = (world: World, name: string): WrittenPolicy | undefined => indexOf(world).policies.get(name)

interface Index {
  readonly principals: ReadonlyMap<string, Principal>
  /** by account and name */
  readonly roles: ReadonlyMap<string, Principal>
  readonly resources: ReadonlyMap<string, Resource>
  readonly policies: ReadonlyMap<string, WrittenPolicy>
}

const indexes = new WeakMap<World, Index>()

function indexOf(world: World): Index {
  const known = indexes.get(world)
  if (known) return known
  const index: Index = {
    principals: new Map(world.principals.map(principal => [principal.arn, principal])),
    roles: new Map(
      world.principals.flatMap(each => (each.kind === 'role' ? [[`${each.account} ${each.name}`, each]] : [])),
    ),
    resources: new Map(world.resources.map(resource => [resource.arn, resource])),
    policies: new Map(world.policies.map(written => [written.policy.name, written])),
  }
  indexes.set(world, index)
  return index
}
