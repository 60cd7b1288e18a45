import { decide, deniesNoMore, type PolicyRequest, wildcard } from '@tripoint/iam'
import type { Guard } from '@tripoint/pipeline'
import type { Need } from '../needs/need.ts'
import type { GuardVerdict, Witness } from '../report/report.ts'
import { requestIn } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Comparisons } from './compared.ts'
import { quote } from './quoted.ts'
import { guardPart, keyOf, policyOf } from './reference.ts'
import { mergedContext, sampleOf } from './sample.ts'
import type { Tally } from './tally.ts'

/** Whether what has to be denied is denied, whoever asks and however. */
export function judgeGuard(
  world: World,
  list: readonly Need[],
  guard: Guard,
  compared: Comparisons,
  tally: Tally,
): GuardVerdict {
  const { owner, side, statement } = guardPart(guard)
  const pair = compared.get(keyOf({ side, owner }))
  const written = pair?.written ?? []
  const statements = written.flatMap(policy =>
    policy.policy.document.Statement.flatMap(({ Effect, Sid }, index) =>
      Effect === 'Deny' && Sid === guard.id ? [quote(policy, index)] : [],
    ),
  )
  if (pair?.deniesLess.verdict === 'proved') return { guard, verdict: 'held', statements }
  const mine = written.length > 0 ? written.map(({ policy }) => policy) : [policyOf(side, owner, [])]
  const answer = tally.asked(`guard ${guard.id}`, deniesNoMore([policyOf(side, owner, [statement])], mine))
  if (answer.verdict === 'proved') return { guard, verdict: 'held', statements }
  if (answer.verdict === 'undecided') return { guard, verdict: 'undecided', statements, why: answer.why }
  const done = list.map(({ access }) => {
    const sample = sampleOf(access)
    if (!isAbout(guard, sample)) return undefined
    const { action, resource } = sample
    const own = policyOf(side, owner, [{ ...statement, Action: action, Resource: resource }])
    const open = tally.asked(`guard ${guard.id} for ${access.id}`, deniesNoMore([own], mine))
    if (open.verdict !== 'refuted') return undefined
    const witness = { ...sample, context: mergedContext(sample.context, open.witness.context) }
    return decide(requestIn(world, witness)).allowed ? witness : undefined
  })
  const effective = done.find(each => each !== undefined)
  return {
    guard,
    verdict: 'open',
    statements,
    harm: effective ? 'effective' : 'latent',
    witness: effective ?? byAnyone(answer.witness),
    why: `${guard.action} is not denied where it has to be: ${guard.because}`,
  }
}

const isAbout = (guard: Guard, { action, resource }: Witness): boolean =>
  wildcard(guard.action)(action) && guard.resources.some(pattern => wildcard(pattern)(resource))

const byAnyone = (request: PolicyRequest): Witness => ({ ...request, principal: request.principal ?? 'anonymous' })
