import type { Policy } from '../language/document.ts'
import type { Naming } from '../language/principal.ts'
import type { AccessRequest } from '../language/request.ts'
import type { Scene } from '../language/statement.ts'
import type { Side, StatementRef } from './decision.ts'
import { findGrant } from './grant.ts'
import { rcpExemption, scpExemption } from './organization.ts'
import { judge, type NearMiss, type Ruling, type Verdict } from './verdict.ts'

/** One side that must say yes: what it said, and what came close. */
export interface Need {
  readonly side: Side
  /** Of control policies: root, organizational units, account, counted from 0. */
  readonly level?: number
  readonly met: boolean
  /** What the decision rests on: one statement suffices. */
  readonly by: readonly StatementRef[]
  /** Every statement that allows. */
  readonly allows: readonly Ruling[]
  readonly near: readonly NearMiss[]
  /** How many policies there are on this side. */
  readonly policies: number
}

/** What every policy in play says to one request. */
export interface Hearing {
  /** Of every set of policies, in the order in which their denials are named. */
  readonly verdicts: readonly Verdict[]
  readonly denial: Ruling | undefined
  readonly guards: readonly Need[]
  readonly identity: Need
  readonly resource: Verdict | undefined
  /** What holds back permissions of the role or user, other than its own policies. */
  readonly limits: readonly Need[]
  /** The resource policy's allows that name the requester in this way, or in any. */
  named(how: Naming | 'any'): Need
  readonly grant: Need | undefined
}

const SILENT: Verdict = { allows: [], denies: [], near: [] }

export function hear(scene: Scene): Hearing {
  const { request } = scene
  const identity = judge(request.identity, scene)
  const boundary = judgeIf(request.boundary && [request.boundary], scene)
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html
  const federated = request.requester.type === 'federated-user' ? [] : undefined
  const session = judgeIf(request.session ?? federated, scene)
  const resource = judgeIf(request.resourcePolicy && [request.resourcePolicy], scene)
  const scps = request.scps && !scpExemption(request) ? request.scps.map(level => judge(level, scene)) : []
  const rcps = request.rcps && !rcpExemption(request) ? request.rcps.map(level => judge(level, scene)) : []
  const verdicts = [...scps, ...rcps, identity, resource ?? SILENT, boundary ?? SILENT, session ?? SILENT]
  return {
    verdicts,
    denial: verdicts.find(verdict => verdict.denies.length > 0)?.denies[0],
    guards: guardsOf(scps, rcps),
    identity:
      request.requester.type === 'root'
        ? rootNeed(request.requester.account)
        : needOf('identity', identity, request.identity.length),
    resource,
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

export function refOf({ policy, statement }: Pick<Ruling, 'policy' | 'statement'>): StatementRef {
  const { Sid } = statement.statement
  return { policy: policy.name, kind: policy.kind, index: statement.index, ...(Sid === undefined ? {} : { sid: Sid }) }
}

function judgeIf(policies: readonly Policy[] | undefined, scene: Scene): Verdict | undefined {
  return policies && judge(policies, scene)
}

function needOf(side: Side, { allows, near }: Pick<Verdict, 'allows' | 'near'>, policies: number): Need {
  return { side, met: allows.length > 0, by: allows.slice(0, 1).map(refOf), allows, near, policies }
}

const NO_GUARDS: readonly Need[] = []

/**
 * Each level (root, unit, account) must allow. RCPFullAWSAccess, which does, cannot be detached from any.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
 */
function guardsOf(scps: readonly Verdict[], rcps: readonly Verdict[]): readonly Need[] {
  if (scps.length + rcps.length === 0) return NO_GUARDS
  return [
    ...scps.map((verdict, level) => ({ ...needOf('scp', verdict, 1), level })),
    ...rcps.map((verdict, level) => ({ ...needOf('rcp', verdict, 1), level, met: true })),
  ]
}

function rootNeed(account: string): Need {
  const by: StatementRef[] = [{ policy: `root user of account ${account}`, kind: 'root', index: 0 }]
  return { side: 'identity', met: true, by, allows: [], near: [], policies: 0 }
}

function grantNeed(scene: Scene): Need | undefined {
  const grant = scene.request.resourceRule === 'key' ? findGrant(scene.request.grants, scene) : undefined
  if (!grant) return undefined
  return {
    side: 'key',
    met: true,
    by: [{ policy: `grant ${grant.id}`, kind: 'grant', index: 0 }],
    allows: [],
    near: [],
    policies: 1,
  }
}
