import { type AccessRequest, allowsNoMore, decide } from '@tripoint/iam'
import type { Access } from '@tripoint/pipeline'
import type { Need } from '../needs/need.ts'
import type { NeedVerdict, Witness } from '../report/report.ts'
import { placeOf } from '../source/spot.ts'
import { requestIn, resourceOf } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Comparisons } from './compared.ts'
import { quoteRefs } from './quoted.ts'
import { keyOf, partOf, policyOf } from './reference.ts'
import { sampleOf } from './sample.ts'
import type { Tally } from './tally.ts'

/**
 * Whether a need is allowed, whatever the resource and the context: each side by itself for all requests, and all sides together
 * for one, by which the statements are found.
 */
export function judgeNeed(
  world: World,
  { access, spot, context }: Need,
  compared: Comparisons,
  tally: Tally,
): NeedVerdict {
  const asked = sampleOf(access)
  const sample = context ? { ...asked, context: { ...asked.context, ...context } } : asked
  const decision = decide(elsewhere(world, access, requestIn(world, sample, 'at-least')))
  const shared = {
    access,
    statements: quoteRefs(world, decision.decidedBy),
    ...(spot ? { place: placeOf(spot) } : {}),
  }
  if (!decision.allowed) return { ...shared, verdict: 'denied', missing: decision.missing, witness: sample }
  for (const side of access.sides) {
    const { owner, side: where, statement } = partOf(access, side)
    const pair = compared.get(keyOf({ side: where, owner }))
    if (pair?.lack.verdict === 'proved') continue
    const guards = pair?.reference.policy.document.Statement.filter(({ Effect }) => Effect === 'Deny') ?? []
    const asked = policyOf(where, owner, [statement])
    const guarded = { ...asked, document: { ...asked.document, Statement: [...asked.document.Statement, ...guards] } }
    const mine = pair?.written.filter(({ opaque }) => !opaque).map(({ policy }) => policy) ?? []
    const answer = tally.asked(
      `${access.id} (${side})`,
      allowsNoMore([guarded], mine.length > 0 ? mine : [policyOf(where, owner, [])]),
    )
    if (answer.verdict === 'undecided') return { ...shared, verdict: 'undecided', missing: [], why: answer.why }
    if (answer.verdict === 'proved') continue
    const witness: Witness = { ...answer.witness, principal: answer.witness.principal ?? sample.principal }
    return { ...shared, verdict: 'depends', missing: [], why: dependsText(access, where, owner, witness), witness }
  }
  return { ...shared, verdict: 'allowed', missing: [] }
}

/** Of a thing that no template makes, an image of AWS's for one, only what is asked of our own side is judged. */
const elsewhere = (world: World, { sides, resource }: Access, request: AccessRequest): AccessRequest =>
  sides.every(side => side === 'identity') && !resourceOf(world, resource)
    ? { ...request, resourceAccount: request.requester.account }
    : request

function dependsText(access: Access, side: string, owner: string, witness: Witness): string {
  const context = Object.entries(witness.context).map(([key, value]) => `${key} = ${String(value)}`)
  const when = context.length > 0 ? ` when ${context.join(' and ')}` : ''
  return `the ${side} policy of ${owner} does not allow ${access.action} on ${witness.resource}${when}`
}
