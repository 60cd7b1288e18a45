import {
  type AccessRequest,
  type Answer,
  decide,
  type Policy,
  parsePolicy,
  type ReachQuestion,
  reach,
  reachEach,
  requesterOf,
  type StatementRef,
} from '@tripoint/iam'
import type { Tally } from '../proof/tally.ts'
import type { World } from '../world/world.ts'
import { exactly } from './asker.ts'
import { namesOfUnknown, type Unknown } from './asking.ts'
import type { Needed } from './needed.ts'
import type { Protected } from './protected.ts'
import type { Subject } from './subject.ts'

/** Something that the subject can do and that is not on the list. */
export interface Found {
  /** undefined: it is not known whether there is anything */
  readonly request?: AccessRequest
  readonly by: readonly StatementRef[]
  /** why it is not known */
  readonly undecided?: string
}

/** One for each action; over all requests, so none means that there is none. */
export function found(world: World, thing: Protected, subject: Subject, needed: Needed, tally: Tally): Found[] {
  const sure = all(world, thing, subject, needed, tally, 'at-least')
  const names = subject.principals.flatMap(each => namesOfUnknown(world, each))
  if (names.length === 0) return sure
  const actions = new Set(sure.map(({ request }) => request?.action))
  const undecided = `what ${names.join(', ')} says is not known here`
  const perhaps = all(world, thing, subject, needed, tally, 'at-most')
  return [
    ...sure,
    ...perhaps.filter(({ request }) => !actions.has(request?.action)).map(each => ({ ...each, undecided })),
  ]
}

function all(
  world: World,
  thing: Protected,
  subject: Subject,
  needed: Needed,
  tally: Tally,
  unknown: Unknown,
): Found[] {
  const { actions, patterns: resources } = thing
  const who = subject.principals[0] ?? ''
  const exact = exactly(world, subject, { actions, resources, context: subject.context }, unknown)
  const names = possible(thing, who, exact)
  if (names.length === 0) return []
  const listed = needed.policyOf(who, resources)
  const question = { ...exact, actionNames: names, ...(listed ? { except: [listed] } : {}) }
  const text = `can ${subject.who} do ${actions.join(', ')} on ${resources.join(', ')}, beside what is needed`
  const answers = answersTo(question, names).map(each => tally.asked(text, each))
  const unsure = answers.flatMap(each => (each.verdict === 'undecided' ? [{ by: [], undecided: each.why }] : []))
  return [...named(answers.flatMap(witnessOf), names, who, needed), ...unsure]
}

/** By the policies' own patterns first; where that leaves something open, for actions that there may not be, by each action that there is. */
function answersTo(question: ReachQuestion, names: readonly string[]): readonly Answer<AccessRequest>[] {
  const whole = reach(question)
  if (whole.verdict === 'proved') return [whole]
  const each = reachEach(question)
  if (whole.verdict === 'refuted' && each.every(({ verdict }) => verdict !== 'undecided')) return each
  return reachEach({ ...question, actions: names })
}

const witnessOf = (answer: Answer<AccessRequest>): AccessRequest[] =>
  answer.verdict === 'refuted' ? [answer.witness] : []

/** A witness stands for every action that policies do not tell from it: each that there is and that can be done so too. */
function named(
  witnesses: readonly AccessRequest[],
  names: readonly string[],
  principal: string,
  needed: Needed,
): Found[] {
  return names.flatMap(action => {
    for (const witness of witnesses) {
      const request = { ...witness, action }
      const decision = decide(request)
      if (decision.allowed && !needed.allows(principal, request)) return [{ request, by: decision.decidedBy }]
    }
    return []
  })
}

/** The actions that AWS lets a principal of this kind do to such a thing at all: across accounts some are refused whatever policies say. */
function possible(
  { names, patterns }: Protected,
  principal: string,
  { resourceAccount, resourceRule }: ReachQuestion,
): string[] {
  const rest = { resource: patterns[0]!.replaceAll(/[*?]/g, 'x'), resourceAccount, resourceRule, context: {} }
  const open = {
    requester: requesterOf(principal),
    identity: [EVERYTHING],
    resourcePolicy: resourceRule === 'trust' ? TRUSTING : OPEN,
  }
  return names.filter(action => decide({ ...rest, ...open, action }).allowed)
}

const policy = (kind: Policy['kind'], statement: object): Policy => ({
  kind,
  name: 'everything',
  document: parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', ...statement }] }),
})

const EVERYTHING = policy('identity', { Resource: '*' })
const OPEN = policy('resource', { Principal: '*', Resource: '*' })
const TRUSTING = policy('resource', { Principal: '*' })
