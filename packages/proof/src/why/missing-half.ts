import { type AccessRequest, type Decision, type Missing, type Side, smallestStatements } from '@tripoint/iam'
import { quoteRefs } from '../proof/quoted.ts'
import { placeOf, type Spot } from '../source/spot.ts'
import { principalOf, resourceOf } from '../world/request.ts'
import type { World, WrittenPolicy } from '../world/world.ts'
import type { MissingHalf } from './answer.ts'

/** What a refused request lacks, where it would have to stand, and the least that would have to be written there. */
export function missingHalves(world: World, request: AccessRequest, decision: Decision): MissingHalf[] {
  const smallest = smallestStatements(request, decision)
  const half = (missing: Missing): MissingHalf => {
    const { side, why, cure, rule } = missing
    const statement = smallest.find(each => each.side === side)?.statement
    const place = placeFor(world, request, decision, side)
    return {
      side,
      denies: decision.reason === 'explicit-deny' || rule !== undefined,
      why,
      ...(cure === undefined ? {} : { cure }),
      ...ownerOf(world, request, side),
      ...(place ? { place } : {}),
      ...(statement ? { statement: JSON.stringify(statement) } : {}),
    }
  }
  const told = new Set(decision.missing.map(({ side }) => side))
  const more = smallest.filter(({ side }) => !told.has(side))
  return [
    ...decision.missing.map(half),
    ...more.map(({ side, where }) => half({ side, why: `then ${where} has to allow it too` })),
  ]
}

function ownerOf(world: World, { requester, resource, resourceAccount }: AccessRequest, side: Side) {
  return side === 'resource' || side === 'key' || side === 'trust' || side === 'rcp'
    ? { account: resourceAccount, owner: resourceOf(world, resource)?.arn ?? resource }
    : { account: requester.account, owner: requester.roleArn ?? requester.arn }
}

/** A Deny stands where it stands; what is missing would stand in the policy. */
function placeFor(world: World, request: AccessRequest, { reason, decidedBy }: Decision, side: Side) {
  if (reason === 'explicit-deny') return quoteRefs(world, decidedBy)[0]?.place
  const spot = spotOf(world, request, side)
  return spot && placeOf(spot)
}

/** The policy on that side; where there is none, who or what would get one. */
function spotOf(world: World, { requester, resource }: AccessRequest, side: Side): Spot | undefined {
  const principal = principalOf(world, requester.roleArn ?? requester.arn)
  const on = resourceOf(world, resource)
  const written: Readonly<Record<Side, WrittenPolicy | undefined>> = {
    identity: principal?.identity.find(({ managed, opaque }) => managed === undefined && !opaque),
    boundary: principal?.boundary,
    resource: on?.policy,
    key: on?.policy,
    trust: on?.policy,
    session: undefined,
    scp: undefined,
    rcp: undefined,
  }
  const owner: Partial<Record<Side, Spot | undefined>> = {
    identity: principal?.spot,
    boundary: principal?.spot,
    resource: on?.spot,
    key: on?.spot,
    trust: on?.spot,
  }
  return written[side]?.spot ?? owner[side]
}
