import type { ConditionMiss } from '../language/condition.ts'
import type { Principals } from '../language/document.ts'
import type { Requester } from '../language/request.ts'
import type { Miss, Scene } from '../language/statement.ts'
import type { Missing, Side } from './decision.ts'
import { type Need, resourceSide } from './need.ts'
import type { NearMiss, Ruling } from './verdict.ts'

/** How near a miss is: a statement is asked in this order, and the further it got the more it has to do with the request. */
const NEARNESS: Record<Miss['at'], number> = { action: 0, principal: 1, resource: 2, condition: 3 }

interface Wording {
  /** When there is no policy at all on this side. */
  none(who: string, scene: Scene): string
  /** When there are some, and none allows. */
  silent(who: string, scene: Scene): string
  cure(who: string, scene: Scene): string
}

const inAccount = ({ request }: Scene) => `in account ${request.resourceAccount}`
const what = ({ request }: Scene) => `${request.action} on ${request.resource}`

const WORDING: Record<Side, Wording> = {
  identity: {
    none: (who, scene) => `${who} has no identity policy, so nothing allows ${what(scene)}`,
    silent: (who, scene) => `no identity policy of ${who} allows ${what(scene)}`,
    cure: (who, scene) => `Allow ${what(scene)} in an identity policy of ${who}.`,
  },
  resource: {
    none: (who, scene) =>
      `${scene.request.resource} ${inAccount(scene)} has no resource policy that could let ${who} in`,
    silent: (who, scene) =>
      `the resource policy of ${scene.request.resource} does not allow ${scene.request.action} for ${who}`,
    cure: (who, scene) =>
      `Allow ${scene.request.action} for ${who} in the resource policy of ${scene.request.resource}, ${inAccount(scene)}.`,
  },
  key: {
    none: (who, scene) => `the key ${scene.request.resource} has no key policy or grant for ${who}`,
    silent: (who, scene) =>
      `the key policy of ${scene.request.resource} does not allow ${scene.request.action} for ${who}, nor for its account`,
    cure: (who, scene) =>
      `Allow ${scene.request.action} for ${who}, or for its account, in the key policy of ${scene.request.resource}, ${inAccount(scene)}.`,
  },
  trust: {
    none: (who, scene) => `the role ${scene.request.resource} has no trust policy that could let ${who} in`,
    silent: (who, scene) => `the trust policy of ${scene.request.resource} does not let ${who} assume it`,
    cure: (who, scene) =>
      `Allow ${scene.request.action} for ${who} in the trust policy of ${scene.request.resource}, ${inAccount(scene)}.`,
  },
  boundary: limit('permissions boundary'),
  session: limit('session policy'),
  scp: limit('service control policy'),
  rcp: limit('resource control policy'),
}

function limit(name: string): Wording {
  return {
    none: (who, scene) => `no ${name} of ${who} allows ${what(scene)}`,
    silent: (who, scene) => `no ${name} of ${who} allows ${what(scene)}`,
    cure: (_who, scene) => `Allow ${what(scene)} in the ${name}.`,
  }
}

export function explainNeed(need: Need, scene: Scene): Missing {
  const who = nameOf(scene.request.requester)
  const wording = WORDING[need.side]
  const near = nearestOf(need)
  const [best] = near
  const why = [
    need.policies === 0 ? wording.none(who, scene) : wording.silent(who, scene),
    ...near.map(miss => nearText(miss, scene)),
  ].join('; ')
  const cure = best?.miss.conditions ? conditionCure(best) : wording.cure(who, scene)
  return { side: need.side, ...(need.level === undefined ? {} : { level: need.level }), why, cure }
}

/** The two that come closest. */
export function nearestOf({ near }: Need): readonly NearMiss[] {
  return [...near].sort((a, b) => NEARNESS[b.miss.at] - NEARNESS[a.miss.at]).slice(0, 2)
}

export function explainDenial(ruling: Ruling, scene: Scene): Missing {
  const { policy, statement } = ruling
  const keys = new Set(Object.values(statement.statement.Condition ?? {}).flatMap(Object.keys))
  const values = [...keys].map(key => `${key} is ${valuesText(scene.context.get(key.toLowerCase()))}`)
  const because = values.length > 0 ? ` because ${values.join(' and ')}` : ''
  const side = policy.kind === 'resource' ? resourceSide(scene.request) : policy.kind
  return {
    side,
    why: `${statementName(ruling)} denies ${what(scene)} for ${nameOf(scene.request.requester)}${because}`,
    cure: `A Deny wins over every Allow: change the request, or ${statementName(ruling)}.`,
  }
}

/** The one to name in a policy: a role rather than its session. */
export function nameOf(requester: Requester): string {
  return requester.roleArn ?? requester.service ?? (requester.arn || 'an anonymous requester')
}

function statementName({ policy, statement }: Pick<Ruling, 'policy' | 'statement'>): string {
  return `statement ${statement.statement.Sid || `number ${statement.index + 1}`} of ${policy.name}`
}

function nearText(near: NearMiss, scene: Scene): string {
  const { statement } = near.statement
  const allows = `${statementName(near)} allows ${scene.request.action}`
  if (near.miss.at === 'principal') {
    const only = statement.Principal ? `only for ${principalsText(statement.Principal)}` : 'excepts this principal'
    return `${allows} but ${only}`
  }
  if (near.miss.at === 'resource') {
    const only = statement.Resource
      ? `only on ${statement.Resource.join(', ')}`
      : `not on ${statement.NotResource?.join(', ')}`
    return `${allows} but ${only}`
  }
  const failed = near.miss.conditions?.map(conditionText).join(', nor ')
  return `${allows} for this principal but its condition ${failed}`
}

function conditionText({ operator, key, expected, actual }: ConditionMiss): string {
  const compared = operator === 'StringEquals' ? key : `${operator} ${key}`
  return `${compared} (${expected.join(', ')}) did not match (${valuesText(actual)})`
}

function valuesText(values: readonly string[] | undefined): string {
  return values ? values.join(', ') : 'absent'
}

function principalsText(principals: Principals): string {
  return Object.values(principals).flat().join(', ')
}

function conditionCure(near: NearMiss): string {
  const keys = near.miss.conditions?.map(({ key }) => key).join(', ')
  return `Make the request meet the condition on ${keys}, or change ${statementName(near)}.`
}
