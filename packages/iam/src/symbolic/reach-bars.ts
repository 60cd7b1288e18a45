import { ACROSS_ACCOUNTS, BUCKET_OWNERS, barOf, foreignOwner, OBJECTS } from '../decision/bar.ts'
import { RCP_SERVICES, rcpExemption } from '../decision/organization.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import { toCode } from '../language/wildcard.ts'
import { allBits, type Bits, bitsWhere, without } from './bits.ts'
import type { Cube } from './cube.ts'
import type { ReachQuestion } from './reach-question.ts'
import { ACTION, PRINCIPAL, RESOURCE } from './sets.ts'
import type { Space } from './space.ts'

/** The actions that what is no policy tells apart. */
export function toldApart({ rcps = [], resourceRule, bucket }: ReachQuestion): readonly string[] {
  const reached = rcps.length > 0 ? [...RCP_SERVICES].map(service => `${service}:*`) : []
  return [
    'iam:PassRole',
    'sts:AssumeRole',
    ...(rcps.length > 0 ? [...reached, 'kms:RetireGrant'] : []),
    ...(resourceRule === 'key' ? ['kms:*', ...ACROSS_ACCOUNTS] : []),
    ...(bucket?.objectOwner === undefined ? [] : BUCKET_OWNERS),
  ]
}

/** What is refused whatever the policies say. */
export function barCubes(question: ReachQuestion, space: Space): Cube[] {
  const objects = objectSet(question, space)
  if (!objects) return barredOn('*', undefined, question, space)
  const others = without(allBits(space.grid.sizes[RESOURCE]!), objects)
  return [...barredOn(OBJECT, objects, question, space), ...barredOn('*', others, question, space)]
}

const OBJECT = 'arn:aws:s3:::x/x'

/** The objects, where it can matter whose they are. */
function objectSet({ bucket }: ReachQuestion, space: Space): Bits | undefined {
  return bucket?.objectOwner === undefined ? undefined : space.resources.setOf(toCode(OBJECTS))
}

/** What is done to objects that are another account's, by that account. */
export function foreignCube(question: ReachQuestion, space: Space): Cube | undefined {
  const objects = objectSet(question, space)
  if (!objects) return undefined
  const { samples } = space.actions.partition
  const isForeign = (action: string) => foreignOwner(bareRequest(question, NOBODY, action, OBJECT)) !== undefined
  return space.cube({
    [ACTION]: bitsWhere(samples.length, i => isForeign(samples[i]!)),
    [RESOURCE]: objects,
    [PRINCIPAL]: bitsWhere(space.requesters.length, i => space.requesters[i]!.account === question.bucket?.objectOwner),
  })
}

/** On resources that one resource stands for. */
function barredOn(resource: string, resources: Bits | undefined, question: ReachQuestion, space: Space): Cube[] {
  const { samples } = space.actions.partition
  const cubes: Cube[] = []
  const groups = new Map<string, { who: Bits; actions: number[] }>()
  for (const [action, sample] of samples.entries()) {
    const who = bitsWhere(
      space.requesters.length,
      i => barOf(bareRequest(question, space.requesters[i]!, sample, resource)) !== undefined,
    )
    const group = groups.get(who.join()) ?? { who, actions: [] }
    group.actions.push(action)
    groups.set(who.join(), group)
  }
  for (const { who, actions } of groups.values()) {
    const barred = new Set(actions)
    const cube = space.cube({
      [ACTION]: bitsWhere(samples.length, i => barred.has(i)),
      [PRINCIPAL]: who,
      ...(resources ? { [RESOURCE]: resources } : {}),
    })
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

function bareRequest(question: ReachQuestion, requester: Requester, action: string, resource = '*'): AccessRequest {
  const { resourceAccount, resourceRule, resourcePolicy, bucket } = question
  return {
    ...{ requester, action, resource, resourceAccount, resourceRule, context: {}, identity: [] },
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(bucket ? { bucket } : {}),
  }
}
