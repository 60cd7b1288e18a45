import { type AccessRequest, type DecisionPath, decide, decisionPath, parseArn } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import { quoteRefs } from '../proof/quoted.ts'
import { type Asked, principalOf, requestIn, resourceOf } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Answer, ShownDecision, Verdict } from './answer.ts'
import { dataKeyQuestion } from './data-key.ts'
import { missingHalves } from './missing-half.ts'
import { type Assumed, needsFor } from './usual-context.ts'

/** A question that is spelled out: who, what, on what, and in which context. */
export interface Question {
  readonly asked: Asked
  /** what of the context nobody gave */
  readonly assumed: readonly Assumed[]
  readonly notes: readonly string[]
}

/** Is it allowed, by which statements; and if not, what is missing, and on which side? */
export function why(world: World, needs: Needs | undefined, { asked, assumed, notes }: Question): Answer {
  const first = decisionOn(world, needs, asked, assumed)
  const follows = first.verdict === 'denied' ? undefined : dataKeyQuestion(world, asked)
  const decisions = [
    first,
    ...(follows ? [{ ...decisionOn(world, needs, follows.asked, follows.assumed), because: follows.because }] : []),
  ]
  return { verdict: worst(decisions), notes: [...notes, ...aboutOthers(world, asked)], decisions }
}

const ORDER: readonly Verdict[] = ['denied', 'unknown', 'allowed']

const worst = (decisions: readonly ShownDecision[]): Verdict =>
  ORDER.find(verdict => decisions.some(decision => decision.verdict === verdict)) ?? 'unknown'

function decisionOn(world: World, needs: Needs | undefined, asked: Asked, assumed: readonly Assumed[]): ShownDecision {
  // Of whom no template shows anything all is supposed; of the others what is shown, and the rest is looked at below.
  const known = principalOf(world, asked.principal)
  const request = requestIn(world, asked, known ? 'at-least' : 'at-most')
  const path = decisionPath(request)
  const hangsOn = path.decision.allowed ? keyNotShown(world, request) : whatCouldAllow(world, asked, request, path)
  const verdict = hangsOn === undefined ? (path.decision.allowed ? 'allowed' : 'denied') : 'unknown'
  return {
    asked,
    assumed,
    verdict,
    ...(hangsOn === undefined ? {} : { hangsOn }),
    steps: path.steps.map(step => ({ ...step, statements: quoteRefs(world, step.statements) })),
    missing: missingHalves(world, request, path.decision),
    needed: needsFor(needs, asked).map(({ access: { id, step, because, page } }) => ({ id, step, because, page })),
  }
}

/** Policies that no template shows, and that could let through what those that are shown do not. */
function whatCouldAllow(
  world: World,
  asked: Asked,
  request: AccessRequest,
  { decision }: DecisionPath,
): string | undefined {
  if (decision.reason === 'explicit-deny') return undefined
  const name = asked.principal
  if (principalOf(world, name) && decide(requestIn(world, asked, 'at-most')).allowed)
    return `${name} may have policies that are not in these templates, and one of them may allow it`
  const sides = decision.missing.map(({ side, rule }) => (rule === undefined ? side : 'rule'))
  const onResource = sides.every(side => side === 'resource' || side === 'key' || side === 'trust')
  return onResource && resourceOf(world, asked.resource) === undefined && hasPolicies(request)
    ? `no template shows ${asked.resource}, whose policy may allow it`
    : undefined
}

/** Of a key or a role that is not shown, the account's own policies are not the last word. */
function keyNotShown(world: World, request: AccessRequest): string | undefined {
  if (resourceOf(world, request.resource) !== undefined) return undefined
  const { service } = parseArn(request.resource) ?? {}
  const root = service === 'kms' || (/^sts:/i.test(request.action) && service === 'iam')
  return root ? `no template shows ${request.resource}, whose own policy has the last word` : undefined
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const WITH_POLICIES = new Set([
  's3',
  'kms',
  'iam',
  'lambda',
  'sqs',
  'sns',
  'secretsmanager',
  'ecr',
  'events',
  'codeartifact',
])

const hasPolicies = ({ resource, action }: AccessRequest): boolean =>
  WITH_POLICIES.has(parseArn(resource)?.service ?? '') && (!resource.includes(':iam:') || /^sts:/i.test(action))

function aboutOthers(world: World, { principal, resource }: Asked): string[] {
  const known = principalOf(world, principal)
  const others = known && (!known.made || known.identity.some(({ opaque }) => opaque))
  const { account } = parseArn(resource) ?? {}
  return [
    ...(others ? [`${principal} has policies that these templates do not show: one of them may also deny`] : []),
    ...(resourceOf(world, resource) === undefined && account !== '' && resource !== '*'
      ? [`no template makes ${resource}: what is in its own policy, if it has one, is not known`]
      : []),
  ]
}
