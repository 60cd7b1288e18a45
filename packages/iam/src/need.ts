import type { Side, StatementRef } from './decision.ts'
import type { Policy } from './document.ts'
import { findGrant } from './grant.ts'
import type { Naming } from './principal.ts'
import type { AccessRequest } from './request.ts'
import type { Scene } from './statement.ts'
import { judge, type NearMiss, type Ruling, type Verdict } from './verdict.ts'

/** One side that must say yes: what it said, and what came close. */
export interface Need {
  readonly side: Side
  readonly met: boolean
  readonly by: readonly StatementRef[]
  readonly near: readonly NearMiss[]
  /** How many policies there are on this side. */
  readonly policies: number
}

/** What every policy in play says to one request. */
export interface Hearing {
  readonly denial: Ruling | undefined
  readonly guards: readonly Need[]
  readonly identity: Need
  /** What holds back permissions of the role or user, other than its own policies. */
  readonly limits: readonly Need[]
  /** The resource policy's allows that name the requester in this way, or in any. */
  named(how: Naming | 'any'): Need
  readonly grant: Need | undefined
}

const SILENT: Verdict = { allows: [], denies: [], near: [] }

export function hear(scene: Scene): Hearing {
  const { request } = scene
  const { requester } = request
  const identity = judge(request.identity, scene)
  const boundary = judgeIf(request.boundary && [request.boundary], scene)
  const session = judgeIf(request.session, scene)
  const resource = judgeIf(request.resourcePolicy && [request.resourcePolicy], scene)
  // Organizations' policies do not touch service-linked roles, and those for principals no one outside an account.
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  const exempt = requester.roleArn?.includes(':role/aws-service-role/') ?? false
  const scps = exempt || !requester.account ? [] : (request.scps ?? []).map(level => judge(level, scene))
  const rcps = exempt ? [] : (request.rcps ?? []).map(level => judge(level, scene))
  const verdicts = [...scps, ...rcps, identity, resource ?? SILENT, boundary ?? SILENT, session ?? SILENT]
  return {
    denial: verdicts.find(verdict => verdict.denies.length > 0)?.denies[0],
    guards: [...levels('scp', scps), ...levels('rcp', rcps)],
    identity:
      requester.type === 'root' ? rootNeed(requester.account) : needOf('identity', identity, request.identity.length),
    limits: [
      ...(boundary ? [needOf('boundary', boundary, 1)] : []),
      ...(session ? [needOf('session', session, request.session?.length ?? 0)] : []),
    ],
    named(how) {
      const { allows, near } = resource ?? SILENT
      const named = how === 'any' ? allows : allows.filter(ruling => ruling.naming === how)
      return needOf(resourceSide(request), { allows: named, near }, resource ? 1 : 0)
    },
    grant: grantNeed(scene),
  }
}

export function resourceSide(request: AccessRequest): Side {
  const { resourceRule = 'plain' } = request
  return resourceRule === 'plain' ? 'resource' : resourceRule
}

export function refOf({ policy, statement }: Ruling): StatementRef {
  const { Sid } = statement.statement
  return { policy: policy.name, kind: policy.kind, index: statement.index, ...(Sid === undefined ? {} : { sid: Sid }) }
}

function judgeIf(policies: readonly Policy[] | undefined, scene: Scene): Verdict | undefined {
  return policies && judge(policies, scene)
}

function needOf(side: Side, { allows, near }: Pick<Verdict, 'allows' | 'near'>, policies: number): Need {
  return { side, met: allows.length > 0, by: allows.slice(0, 1).map(refOf), near, policies }
}

/** Each level (root, unit, account) must allow. */
function levels(side: Side, verdicts: readonly Verdict[]): Need[] {
  return verdicts.map(verdict => needOf(side, verdict, 1))
}

function rootNeed(account: string): Need {
  const by: StatementRef[] = [{ policy: `root user of account ${account}`, kind: 'root', index: 0 }]
  return { side: 'identity', met: true, by, near: [], policies: 0 }
}

function grantNeed(scene: Scene): Need | undefined {
  const grant = scene.request.resourceRule === 'key' ? findGrant(scene.request.grants, scene) : undefined
  if (!grant) return undefined
  return {
    side: 'key',
    met: true,
    by: [{ policy: `grant ${grant.id}`, kind: 'grant', index: 0 }],
    near: [],
    policies: 1,
  }
}
