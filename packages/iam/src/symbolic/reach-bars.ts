import { ACROSS_ACCOUNTS, barOf } from '../decision/bar.ts'
import { RCP_SERVICES, rcpExemption } from '../decision/organization.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import { type Bits, bitsWhere } from './bits.ts'
import type { Cube } from './cube.ts'
import type { ReachQuestion } from './reach-question.ts'
import { ACTION, PRINCIPAL, type Space } from './space.ts'

/** The actions that what is no policy tells apart. */
export function toldApart({ rcps = [], resourceRule }: ReachQuestion): readonly string[] {
  const reached = rcps.length > 0 ? [...RCP_SERVICES].map(service => `${service}:*`) : []
  return [
    'iam:PassRole',
    'sts:AssumeRole',
    ...(rcps.length > 0 ? [...reached, 'kms:RetireGrant'] : []),
    ...(resourceRule === 'key' ? ['kms:*', ...ACROSS_ACCOUNTS] : []),
  ]
}

/** What is refused whatever the policies say. */
export function barCubes(question: ReachQuestion, space: Space): Cube[] {
  const { samples } = space.actions.partition
  const cubes: Cube[] = []
  const groups = new Map<string, { who: Bits; actions: number[] }>()
  for (const [action, sample] of samples.entries()) {
    const who = bitsWhere(
      space.requesters.length,
      i => barOf(bareRequest(question, space.requesters[i]!, sample)) !== undefined,
    )
    const group = groups.get(who.join()) ?? { who, actions: [] }
    group.actions.push(action)
    groups.set(who.join(), group)
  }
  for (const { who, actions } of groups.values()) {
    const barred = new Set(actions)
    const cube = space.cube({ [ACTION]: bitsWhere(samples.length, i => barred.has(i)), [PRINCIPAL]: who })
    if (cube) cubes.push(cube)
  }
  return cubes
}

/** The actions that resource control policies reach. */
export function rcpActions(question: ReachQuestion, space: Space): Bits {
  const { samples } = space.actions.partition
  return bitsWhere(samples.length, i => rcpExemption(bareRequest(question, NOBODY, samples[i]!)) === undefined)
}

const NOBODY: Requester = { type: 'anonymous', arn: '', account: '', uniqueId: '' }

function bareRequest(question: ReachQuestion, requester: Requester, action: string): AccessRequest {
  const { resourceAccount, resourceRule } = question
  return { requester, action, resource: '*', resourceAccount, resourceRule, context: {}, identity: [] }
}
