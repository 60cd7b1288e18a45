import { type AccessRequest, decide, reach, type StatementRef } from '@tripoint/iam'
import { Tally } from '../proof/tally.ts'
import type { Asked } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { type Asker, exactly } from './asker.ts'
import { asking, namesOfUnknown, type Unknown } from './asking.ts'
import { admitting, allowing, contexts, resources } from './candidates.ts'

/** Can he do it in any way that is left open? */
export interface Question {
  readonly action: string
  /** a pattern: anything that it matches will do */
  readonly resource: string
  readonly context?: Asked['context']
}

export type May =
  | { readonly verdict: 'yes'; readonly request: AccessRequest; readonly by: readonly StatementRef[] }
  | { readonly verdict: 'no' }
  | { readonly verdict: 'undecided'; readonly request?: AccessRequest; readonly why: string }

const NO: May = { verdict: 'no' }

/** With what is known of him, and where that says no, with what may be in the policies that are not. */
export function may(world: World, asker: Asker, question: Question, tally: Tally = new Tally()): May {
  const known = asked(world, asker, question, 'at-least', tally)
  const names = asker.principals.flatMap(each => namesOfUnknown(world, each))
  if (known.verdict !== 'no' || names.length === 0) return known
  const most = asked(world, asker, question, 'at-most', tally)
  if (most.verdict !== 'yes') return most
  return { verdict: 'undecided', request: most.request, why: `what ${names.join(', ')} says is not known here` }
}

/** The likeliest requests first; where none is allowed and some statement could, all requests at once. */
function asked(world: World, asker: Asker, question: Question, unknown: Unknown, tally: Tally): May {
  const tries = asker.principals.map(principal => tried(world, principal, question, unknown))
  const found = tries.find(each => typeof each === 'object')
  if (found) return found
  if (tries.every(each => each === 'impossible')) return NO
  const { action, resource, context = {} } = question
  const exact = exactly(world, asker, { actions: [action], resources: [resource], context }, unknown)
  const answer = tally.asked(
    `can ${asker.principals[0]} do ${action} on ${resource}`,
    reach({ ...exact, actionNames: [action] }),
  )
  if (answer.verdict === 'proved') return NO
  if (answer.verdict === 'undecided') return { verdict: 'undecided', why: answer.why }
  return { verdict: 'yes', request: answer.witness, by: decide(answer.witness).decidedBy }
}

/** `impossible`: too few statements are about it; `denied`: none of the requests that were tried is allowed. */
function tried(
  world: World,
  principal: string,
  { action, resource, context = {} }: Question,
  unknown: Unknown,
): (May & { verdict: 'yes' }) | 'impossible' | 'denied' {
  const sample = { principal, action, resource: resource.replaceAll(/[*?]/g, 'x'), context }
  const request = asking(world, sample, unknown)
  const identity = allowing(request, action, resource)
  const theirs = admitting(request, principal, action, resource)
  if (!hasBothSides(request, identity.length, theirs.length)) return 'impossible'
  for (const each of resources(resource, [...identity, ...theirs])) {
    for (const values of contexts(identity, theirs, context)) {
      const one: AccessRequest = { ...request, resource: each, context: values }
      const decision = decide(one)
      if (decision.allowed) return { verdict: 'yes', request: one, by: decision.decidedBy }
    }
  }
  return 'denied'
}

/** Across accounts, and for keys and roles, the resource's side has to say something; across accounts the principal's too. */
function hasBothSides(request: AccessRequest, identity: number, resource: number): boolean {
  const { requester, resourceAccount, resourceRule } = request
  if (requester.account !== resourceAccount) return resource > 0 && (identity > 0 || requester.account === '')
  return resourceRule === 'plain' ? identity + resource > 0 : resource > 0
}
