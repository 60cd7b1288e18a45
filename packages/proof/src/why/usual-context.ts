import { arnLike, parseArn } from '@tripoint/iam'
import type { Access } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import { contextOf, TODAY } from '../proof/sample.ts'
import { type Asked, askerOf, resourceOf } from '../world/request.ts'
import type { World } from '../world/world.ts'

/** A condition key's value that nobody gave, and why a real request would have it. */
export interface Assumed {
  readonly key: string
  readonly value: string
  readonly because: string
}

/** Who does what on what: the context is what is looked for. */
export type Words = Pick<Asked, 'principal' | 'action' | 'resource'>

/** What a real request of this kind carries, as far as the access list, the templates and the client of today tell. */
export function usualContext(world: World, needs: Needs | undefined, words: Words): Assumed[] {
  const own = needsFor(needs, words).map(({ access }) => access)
  const like = (needs?.list ?? []).map(({ access }) => access).filter(access => isAbout(access, words))
  const sources = [
    own.length > 0
      ? listed(own, `so its entry on the access list has it: ${own[0]!.because}`)
      : listed(like, 'so the access list has it for those who may'),
    handed(world, words),
    called(world, words),
    client(words),
  ]
  return [
    ...new Map(
      sources
        .flat()
        .toReversed()
        .map(assumed => [assumed.key.toLowerCase(), assumed]),
    ).values(),
  ].toReversed()
}

/** The entries of the list that the request is of. */
export const needsFor = (needs: Needs | undefined, words: Words) =>
  (needs?.list ?? []).filter(({ access }) => askerOf(access) === words.principal && isAbout(access, words))

const isAbout = (access: Access, { action, resource }: Words): boolean =>
  access.action.toLowerCase() === action.toLowerCase() &&
  (access.resource === '*' || access.resource === resource || arnLike(access.resource, resource))

/** What entries of the list agree on. */
function listed(list: readonly Access[], because: string): Assumed[] {
  const contexts = list.map(({ conditions }) => contextOf(conditions))
  return Object.entries(contexts[0] ?? {}).flatMap(([key, value]) =>
    typeof value === 'string' && contexts.every(context => context[key] === value) ? [{ key, value, because }] : [],
  )
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService */
function handed(world: World, { action, resource }: Words): Assumed[] {
  if (action.toLowerCase() !== 'iam:passrole') return []
  const services = (resourceOf(world, resource)?.policy?.policy.document.Statement ?? []).flatMap(
    statement => statement.Principal?.Service ?? [],
  )
  const [service] = services
  return service !== undefined && new Set(services).size === 1
    ? [{ key: 'iam:PassedToService', value: service, because: 'the only service that the role trusts' }]
    : []
}

/**
 * A service says for whom it acts: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function called(world: World, { principal, resource }: Words): Assumed[] {
  const account = resourceOf(world, resource)?.account ?? parseArn(resource)?.account ?? ''
  return principal.startsWith('service:') && account !== ''
    ? [
        {
          key: 'aws:SourceAccount',
          value: account,
          because: 'the service acts for the account that the resource is in',
        },
      ]
    : []
}

const client = ({ action }: Words): Assumed[] =>
  Object.entries(TODAY).flatMap(([key, value]) =>
    typeof value === 'string' &&
    (key.startsWith('aws:') || action.toLowerCase().startsWith(key.slice(0, key.indexOf(':') + 1)))
      ? [{ key, value, because: 'a client of today' }]
      : [],
  )
