import type { AccessRequest, ResourceRule } from '../language/request.ts'
import { type Scene, sceneOf } from '../language/statement.ts'
import { type Bar, barOf, foreignOwner } from './bar.ts'
import type { Decision } from './decision.ts'
import { explainDenial, explainNeed } from './explain.ts'
import { type Hearing, hear, type Need, refOf } from './need.ts'

/**
 * Allowed when no statement denies, every level of the organization allows, and one path has all it needs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(request: AccessRequest): Decision {
  return decisionOf(weigh(request))
}

/** What a decision is made of. */
export interface Weighing {
  readonly scene: Scene
  readonly hearing: Hearing
  readonly bar: Bar | undefined
  /** The way in that is met, or of those that are not the one that lacks least. */
  readonly path: Path
}

export function weigh(request: AccessRequest): Weighing {
  const scene = sceneOf(request)
  const hearing = hear(scene)
  const bar = hearing.denial ? undefined : barOf(request)
  return { scene, hearing, bar, path: hearing.denial || bar ? [] : nearest(pathsOf(request, hearing)) }
}

export function decisionOf({ scene, hearing, bar, path }: Weighing): Decision {
  if (hearing.denial) {
    const missing = [explainDenial(hearing.denial, scene)]
    return { allowed: false, reason: 'explicit-deny', decidedBy: [refOf(hearing.denial)], missing }
  }
  if (bar) return { allowed: false, reason: 'implicit-deny', decidedBy: [], missing: [bar] }
  const needs = [...hearing.guards, ...path]
  const unmet = needs.filter(need => !need.met)
  if (unmet.length > 0) {
    const missing = unmet.map(need => explainNeed(need, scene))
    return { allowed: false, reason: 'implicit-deny', decidedBy: [], missing }
  }
  return { allowed: true, reason: 'allowed', decidedBy: needs.flatMap(need => need.by), missing: [] }
}

/** All of its needs together let the request through. */
type Path = readonly Need[]

function nearest(paths: readonly Path[]): Path {
  let best: Path = paths[0] ?? []
  for (const path of paths) if (unmetOf(path) < unmetOf(best)) best = path
  return best
}

function unmetOf(path: Path): number {
  return path.reduce((count, need) => count + (need.met ? 0 : 1), 0)
}

function pathsOf(request: AccessRequest, hearing: Hearing): readonly Path[] {
  const { requester, resourceAccount, resourceRule = 'plain' } = request
  // Services and anonymous requesters have no account whose policies could speak for them.
  if (!requester.account) return withGrant([[hearing.named('any')]], hearing)
  if (request.bucket && foreignOwner(request) !== undefined) return [own(hearing)]
  return (requester.account === resourceAccount ? WITHIN : ACROSS)[resourceRule](hearing)
}

type Paths = (hearing: Hearing) => readonly Path[]

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html */
const WITHIN: Record<ResourceRule, Paths> = {
  plain: hearing => [
    own(hearing),
    ...met([hearing.named('direct')]),
    ...met([hearing.named('role'), ...hearing.limits]),
  ],
  key: hearing => withGrant(fromAuthority(hearing), hearing),
  trust: fromAuthority,
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
const ACROSS: Record<ResourceRule, Paths> = {
  plain: hearing => [[...own(hearing), hearing.named('any')]],
  key: hearing => withGrant([[hearing.named('any'), ...own(hearing)]], hearing),
  trust: hearing => [[hearing.named('any'), ...own(hearing)]],
}

/** The user's or role's own policies, within what limits them. */
function own({ identity, limits }: Hearing): Path {
  return [identity, ...limits]
}

/**
 * The resource policy must name the requester, or name the account and so leave it to the account's own policies.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 */
function fromAuthority(hearing: Hearing): readonly Path[] {
  const paths = [
    ...met([hearing.named('direct')]),
    ...met([hearing.named('role'), ...hearing.limits]),
    ...met([hearing.named('account'), ...own(hearing)]),
  ]
  return paths.length > 0 ? paths : [[hearing.named('any')]]
}

/**
 * A grant suffices by itself, also across accounts: "a grant or IAM policy in your account allows you to use the KMS key".
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
function withGrant(paths: readonly Path[], { grant, limits }: Hearing): readonly Path[] {
  return grant ? [...paths, [grant, ...limits]] : paths
}

/** A path whose first need, the resource policy's naming, is not met explains nothing. */
function met(path: Path): readonly Path[] {
  return path[0]?.met ? [path] : []
}
