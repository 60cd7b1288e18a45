import { type ReachQuestion, type ResourceRule, requesterOf } from '@tripoint/iam'
import { type Asked, principalOf } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { asking, type Unknown } from './asking.ts'

/** Somebody of whom it is asked what he can do: by name, or anybody of whom no more is known than where he is. */
export interface Asker {
  /** by name; of anybody, names to try first */
  readonly principals: readonly string[]
  readonly anybody?: Anybody
}

export type Anybody = Extract<ReachQuestion['subject'], { kind: 'anyone' }>

export const byName = (principal: string): Asker => ({ principals: [principal] })

export interface Exact {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: Asked['context']
}

/** The question for all requests at once, with the policies that a request of this kind would meet. */
export function exactly(
  world: World,
  asker: Asker,
  { actions, resources, context }: Exact,
  unknown: Unknown,
): ReachQuestion {
  const principal = asker.principals[0] ?? ''
  const sample = {
    principal,
    action: actions[0]!.replaceAll('*', 'x'),
    resource: resources[0]!.replaceAll(/[*?]/g, 'x'),
    context,
  }
  const {
    identity,
    boundary,
    resourceAccount,
    resourceRule = 'plain',
    resourcePolicy,
    bucket,
  } = asking(world, sample, unknown)
  const isNamed = principalOf(world, principal) !== undefined || !principal.startsWith('arn:')
  return {
    subject:
      anybodyFor(asker.anybody, resourceRule) ??
      (isNamed
        ? { kind: 'known', requester: requesterOf(principal), identity, ...(boundary ? { boundary } : {}) }
        : { kind: 'anyone', include: [principal], exclude: [], account: principal.split(':')[4] }),
    actions,
    resources,
    resourceAccount,
    resourceRule,
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(bucket ? { bucket } : {}),
    context,
  }
}

/** Root assumes no role: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const anybodyFor = (anybody: Anybody | undefined, rule: ResourceRule): Anybody | undefined =>
  anybody && rule === 'trust' ? { ...anybody, exclude: [...anybody.exclude, 'arn:*:root'] } : anybody
