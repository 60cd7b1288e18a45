import { OBJECTS } from '../decision/bar.ts'
import { decide } from '../decision/decide.ts'
import type { Policy, Principals } from '../language/document.ts'
import type { AccessRequest } from '../language/request.ts'
import { toCode } from '../language/wildcard.ts'
import { type Answer, Undecided } from './answer.ts'
import { bitsWhere } from './bits.ts'
import { type Cube, meet, meeting, sizeOf } from './cube.ts'
import { grantActions, grantClauses } from './grant-cube.ts'
import { type Point, pointsIn, unconfirmed } from './point.ts'
import type { Domain } from './principal-dimension.ts'
import { toldApart } from './reach-bars.ts'
import type { ReachQuestion, Subject } from './reach-question.ts'
import { type Sides, sidesOf } from './reach-sides.ts'
import { spellings } from './region.ts'
import { ACTION } from './sets.ts'
import { type Space, spaceOf } from './space.ts'

/** Can the subject do any of it? `proved`: it cannot. The witness is a request that `decide` allows. */
export function reach(question: ReachQuestion): Answer<AccessRequest> {
  return answered(question, setting => [reachable(setting, setting.asked) ?? provedOf(setting)])[0]!
}

/** Like `reach`, for each action apart that the policies can tell from others; one answer for each that can be reached or is undecided. */
export function reachEach(question: ReachQuestion): readonly Answer<AccessRequest>[] {
  return answered(question, setting => {
    const { space, asked } = setting
    return space.actions.partition.samples.flatMap((_, action) => {
      const only = space.cube({ [ACTION]: bitsWhere(space.grid.sizes[ACTION]!, i => i === action) })!
      const found = reachable(
        setting,
        asked.map(cube => meet(cube, only)).filter(cube => cube !== undefined),
      )
      return found ? [found] : []
    })
  })
}

interface Setting extends Sides {
  readonly question: ReachQuestion
  readonly space: Space
  /** The requests that are asked about. */
  readonly asked: readonly Cube[]
}

function answered(
  question: ReachQuestion,
  answer: (setting: Setting) => readonly Answer<AccessRequest>[],
): readonly Answer<AccessRequest>[] {
  try {
    return answer(settingOf(question))
  } catch (error) {
    if (!(error instanceof Undecided)) throw error
    return [{ verdict: 'undecided', why: error.message, size: { atoms: 0, cubes: 0 }, approximations: [] }]
  }
}

function provedOf({ space }: Setting): Answer<AccessRequest> {
  return { verdict: 'proved', size: sizeOf(space.grid), approximations: space.approximations }
}

/** A request within the cube that some path lets through; undefined: there is none. */
function reachable(
  { question, space, paths, denies, except }: Setting,
  within: readonly Cube[],
): Answer<AccessRequest> | undefined {
  const rest = () => ({ size: sizeOf(space.grid), approximations: space.approximations })
  space.grid.spent = 0
  try {
    for (const path of paths) {
      const sides = [within, ...path]
      const cube =
        meeting(sides, [...denies, ...except.allows], space.grid) ??
        (except.denies.length > 0 ? meeting([...sides, except.denies], denies, space.grid) : undefined)
      if (!cube) continue
      const request = pointsIn(cube, space, wordingOf(question))
        .map(point => requestOf(question, point))
        .find(each => decide(each).allowed)
      if (!request) return { verdict: 'undecided', why: unconfirmed(space), ...rest() }
      if (restsOnId(question, request)) return { verdict: 'undecided', why: UNKNOWN_ID, ...rest() }
      return { verdict: 'refuted', witness: request, ...rest() }
    }
    return undefined
  } catch (error) {
    if (!(error instanceof Undecided)) throw error
    return { verdict: 'undecided', why: error.message, ...rest() }
  }
}

const UNKNOWN_ID = 'it depends on an id of who asks, which an ARN does not tell'

/** Of somebody who is known, but not by the id or the canonical id that lets him in. */
function restsOnId({ subject, context = {} }: ReachQuestion, { requester, context: asked }: AccessRequest): boolean {
  if (subject.kind !== 'known') return false
  const isGiven = Object.keys(context).some(key => key.toLowerCase() === USER_ID)
  return requester !== subject.requester || (!isGiven && Object.keys(asked).some(key => key.toLowerCase() === USER_ID))
}

const USER_ID = 'aws:userid'

function wordingOf(question: ReachQuestion) {
  return {
    actions: question.actionNames ?? [],
    spelt: [...question.actions, ...spellings(policiesOf(question)), ...(question.grants ?? []).flatMap(grantActions)],
    context: question.context ?? {},
  }
}

function policiesOf({ subject, resourcePolicy, scps = [], rcps = [], except = [] }: ReachQuestion): readonly Policy[] {
  const own =
    subject.kind === 'known'
      ? [...subject.identity, ...(subject.boundary ? [subject.boundary] : []), ...(subject.session ?? [])]
      : []
  return [...own, ...(resourcePolicy ? [resourcePolicy] : []), ...scps.flat(), ...rcps.flat(), ...except]
}

function settingOf(question: ReachQuestion): Setting {
  const { subject, grants = [], context, known, bucket } = question
  const usable = question.resourceRule === 'key' ? grants : []
  const space = spaceOf({
    policies: policiesOf(question),
    context: { 'aws:ResourceAccount': question.resourceAccount, ...context },
    ...(known ? { fixed: known } : {}),
    who: subject.kind === 'known' ? subject.requester : domainOf(question, subject),
    named: [...usable.flatMap(({ grantee, retiring }) => [grantee, retiring]), bucket?.objectOwner]
      .filter(name => name !== undefined)
      .map(toPrincipals),
    actions: [...question.actions, ...usable.flatMap(grantActions), ...toldApart(question)],
    resources: [...question.resources, ...(bucket?.objectOwner === undefined ? [] : [OBJECTS])],
    clauses: usable.flatMap(grantClauses),
    ...(question.caps ? { caps: question.caps } : {}),
  })
  const asked = { Effect: 'Allow' as const, Action: question.actions, Resource: question.resources }
  return {
    question,
    space,
    asked: question.actions.length > 0 ? space.cubesOf(asked, '2008-10-17') : [],
    ...sidesOf({ ...question, grants: usable }, space),
  }
}

function domainOf({ resourceAccount, scps = [], rcps = [] }: ReachQuestion, subject: Anyone): Domain {
  return {
    kinds: 'all',
    ...(subject.account === undefined ? { notInAccount: resourceAccount } : { inAccount: subject.account }),
    include: subject.include.map(toCode),
    exclude: subject.exclude.map(toCode),
    linked: scps.length + rcps.length > 0,
  }
}

function toPrincipals(name: string): Principals {
  return name.startsWith('arn:') || /^\d{12}$/.test(name) ? { AWS: [name] } : { Service: [name] }
}

type Anyone = Extract<Subject, { kind: 'anyone' }>

const OWN: Policy = {
  kind: 'identity',
  name: 'whatever policy it has',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] },
}

function requestOf(question: ReachQuestion, point: Point): AccessRequest {
  const { subject, resourceAccount, resourceRule, resourcePolicy, grants, scps, rcps, bucket } = question
  return {
    ...point,
    resourceAccount,
    resourceRule,
    identity: subject.kind === 'known' ? subject.identity : [OWN],
    ...(subject.kind === 'known' && subject.boundary ? { boundary: subject.boundary } : {}),
    // A federated user has what his session's policy gives him.
    ...(point.requester.type === 'federated-user' ? { session: [{ ...OWN, kind: 'session' as const }] } : {}),
    ...(subject.kind === 'known' && subject.session ? { session: subject.session } : {}),
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(grants ? { grants } : {}),
    ...(bucket ? { bucket } : {}),
    ...(scps ? { scps } : {}),
    ...(rcps ? { rcps } : {}),
  }
}
