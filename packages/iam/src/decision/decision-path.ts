import type { AccessRequest } from '../language/request.ts'
import { type Bar, foreignOwner } from './bar.ts'
import { decisionOf, type Weighing, weigh } from './decide.ts'
import type { Decision, StatementRef } from './decision.ts'
import { type DecisionStep, type Draft, finished, type NearStatement } from './decision-step.ts'
import { explainDenial, explainNeed, nameOf, nearestOf } from './explain.ts'
import { type Need, refOf, resourceSide } from './need.ts'
import { rcpExemption, scpExemption } from './organization.ts'
import type { NearMiss } from './verdict.ts'

export interface DecisionPath {
  readonly decision: Decision
  readonly steps: readonly DecisionStep[]
  /** Requester and resource are in different accounts, and both must say yes. */
  readonly acrossAccounts: boolean
}

/** How the decision on a request comes about: the computation of `decide`, every step of it told. */
export function decisionPath(request: AccessRequest): DecisionPath {
  const weighing = weigh(request)
  const decision = decisionOf(weighing)
  const { requester, resourceAccount } = request
  return {
    decision,
    steps: withDecider(
      STEPS.flatMap(step => step(weighing)).map(draft => finished(draft, request)),
      decision,
    ),
    acrossAccounts: requester.account !== '' && requester.account !== resourceAccount,
  }
}

/** What stops a request stops it where it comes first; what lets it in has to have been asked to the end. */
function withDecider(steps: readonly DecisionStep[], { allowed }: Decision): DecisionStep[] {
  const decider = allowed
    ? steps.findLastIndex(({ outcome }) => outcome === 'allows')
    : steps.findIndex(({ outcome }) => outcome === 'denies' || outcome === 'silent')
  return steps.map((step, index) => (index === decider ? { ...step, decides: true } : step))
}

type Stepping = (weighing: Weighing) => readonly Draft[]

const STEPS: readonly Stepping[] = [
  denial,
  rule,
  weighing => levels('rcp', weighing, rcpExemption),
  weighing => levels('scp', weighing, scpExemption),
  resource,
  grant,
  weighing => [identity(weighing)],
  weighing => [limit('boundary', weighing)],
  weighing => [limit('session', weighing)],
]

function denial({ hearing, scene }: Weighing): readonly Draft[] {
  const denies = hearing.verdicts.flatMap(verdict => verdict.denies)
  if (!hearing.denial) return [{ kind: 'deny', outcome: 'passes', why: 'no statement denies it' }]
  const why = denies.map(ruling => explainDenial(ruling, scene).why).join('; ')
  return [{ kind: 'deny', outcome: 'denies', why, statements: denies.map(refOf) }]
}

/** Only where there is one: most services have no such rule. */
function rule({ bar }: Weighing): readonly Draft[] {
  return bar ? [{ kind: 'rule', outcome: 'denies', why: bar.why }] : []
}

function isOver({ hearing, bar }: Weighing): Bar | true | undefined {
  return hearing.denial ? true : bar
}

const NOT_ASKED = { outcome: 'not-asked', why: 'it is refused already' } as const

type Exemption = (request: AccessRequest) => string | undefined

const LEVELS = { rcp: 'rcps', scp: 'scps' } as const

function levels(kind: 'rcp' | 'scp', weighing: Weighing, exemption: Exemption): readonly Draft[] {
  const { scene, hearing } = weighing
  if (isOver(weighing)) return [{ kind, ...NOT_ASKED }]
  if (!scene.request[LEVELS[kind]]?.length) return [{ kind, outcome: 'absent', why: 'there are none' }]
  const exempt = exemption(scene.request)
  if (exempt) return [{ kind, outcome: 'exempt', why: exempt }]
  return hearing.guards.filter(({ side }) => side === kind).map(need => ({ ...told(need, weighing), kind }))
}

function told(need: Need, { scene }: Weighing): Omit<Draft, 'kind'> {
  const level = need.level === undefined ? {} : { level: need.level }
  if (!need.met)
    return { outcome: 'silent', why: explainNeed(need, scene).why, near: nearestOf(need).map(nearRef), ...level }
  const statements = need.allows.length > 0 ? need.allows.map(refOf) : need.by
  // RCPFullAWSAccess is nobody's statement.
  const why = statements.length > 0 ? statements.map(quoted).join(', ') : 'none of them stands in the way'
  return { outcome: statements.length > 0 ? 'allows' : 'passes', why, statements, ...level }
}

function nearRef(near: NearMiss): NearStatement {
  return { ...refOf(near), misses: near.miss.at === 'action' ? 'resource' : near.miss.at }
}

function quoted({ policy, sid, index, kind }: StatementRef): string {
  return kind === 'grant' || kind === 'root' ? policy : `statement ${sid || `number ${index + 1}`} of ${policy}`
}

function isGrant({ by }: Need): boolean {
  return by[0]?.kind === 'grant'
}

function resource(weighing: Weighing): readonly Draft[] {
  const { scene, hearing, path } = weighing
  const kind = resourceSide(scene.request)
  if (isOver(weighing)) return [{ kind, ...NOT_ASKED }]
  const need = path.find(({ side, by }) => side === kind && by[0]?.kind !== 'grant')
  const within = scene.request.requester.account === scene.request.resourceAccount
  if (need) {
    const delegates = within && need.met && path.includes(hearing.identity)
    return [{ ...told(need, weighing), kind, ...(delegates ? { outcome: 'delegates' } : {}) }]
  }
  if (!hearing.resource) return [{ kind, outcome: 'absent', why: 'the resource has none' }]
  const owner = foreignOwner(scene.request)
  if (owner !== undefined) return [{ kind, outcome: 'exempt', why: `the object belongs to account ${owner}` }]
  const { allows } = hearing.resource
  const own = allows.filter(({ naming }) => naming !== 'account')
  const statements = (own.length > 0 ? own : allows).map(refOf)
  if (allows.length === 0) return [{ kind, outcome: 'not-asked', why: 'it says nothing to this, and need not' }]
  const why = statements.map(quoted).join(', ')
  return [{ kind, outcome: own.length > 0 ? 'allows' : 'delegates', why, statements }]
}

function grant(weighing: Weighing): readonly Draft[] {
  const { scene, hearing, path } = weighing
  const { grants, resourceRule } = scene.request
  if (resourceRule !== 'key') return []
  if (isOver(weighing)) return [{ kind: 'grant', ...NOT_ASKED }]
  if (path.some(isGrant)) return [{ ...told(hearing.grant!, weighing), kind: 'grant' }]
  if (!grants?.length) return [{ kind: 'grant', outcome: 'absent', why: 'the key has no grants' }]
  if (hearing.grant)
    return [{ kind: 'grant', outcome: 'not-asked', why: `${quoted(hearing.grant.by[0]!)} would allow it too` }]
  return [{ kind: 'grant', outcome: 'not-asked', why: `no grant is for ${nameOf(scene.request.requester)} and this` }]
}

function identity(weighing: Weighing): Draft {
  const { scene, hearing, path } = weighing
  const kind = 'identity'
  if (isOver(weighing)) return { kind, ...NOT_ASKED }
  if (path.includes(hearing.identity)) return { ...told(hearing.identity, weighing), kind }
  const { requester } = scene.request
  if (!requester.account) return { kind, outcome: 'absent', why: `${nameOf(requester)} has no identity policies` }
  const named = path.some(({ met }) => met)
  return { kind, outcome: 'not-asked', why: named ? SUFFICES : 'without the resource side it would not help' }
}

const SUFFICES = 'the resource side names the requester, which suffices'

const NONE = { boundary: 'the requester has no permissions boundary', session: 'the session has no policy of its own' }

function limit(kind: 'boundary' | 'session', weighing: Weighing): Draft {
  const { hearing, path } = weighing
  if (isOver(weighing)) return { kind, ...NOT_ASKED }
  const need = hearing.limits.find(({ side }) => side === kind)
  if (!need) return { kind, outcome: 'absent', why: NONE[kind] }
  if (path.includes(need)) return { ...told(need, weighing), kind }
  const named = path.some(({ met }) => met)
  return { kind, outcome: 'not-asked', why: named ? SUFFICES : 'without the resource side it would not help' }
}
