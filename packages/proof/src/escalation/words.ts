import { placed } from '../reach/words.ts'
import type { EscalationStep, Quoted } from '../report/report.ts'
import type { World } from '../world/world.ts'

type Said = Readonly<Record<string, unknown>>

/** ` (its identity policy allows sts:AssumeRole on *; the trust policy names the whole account 333333333333)` */
export function becauseOf(statements: readonly Quoted[], world: World): string {
  const said = [...new Set(statements.map(each => saying(each, world)))].filter(text => text !== '')
  return said.length > 0 ? ` (${said.join('; ')})` : ''
}

function saying({ side, text, owner }: Quoted, world: World): string {
  if (text === '') return ''
  const { Action, NotAction, Resource, NotResource, Principal, Condition } = JSON.parse(text) as Said
  const actions = Action === undefined ? `everything but ${shown(NotAction)}` : shown(Action)
  if (side === 'identity') {
    const on = Resource === undefined ? `everything but ${shown(NotResource)}` : shown(Resource)
    return `its identity policy allows ${actions} on ${on}`
  }
  return `the ${POLICIES[side] ?? `${side} policy`} of ${shortOf(owner)} names ${principalText(Principal, Condition, world)}`
}

const POLICIES: Readonly<Record<string, string>> = {
  resource: 'resource policy',
  key: 'key policy',
  trust: 'trust policy',
}

function principalText(principal: unknown, condition: unknown, world: World): string {
  const limited = valuesOf(condition).flatMap(keys =>
    Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === 'aws:principalarn' ? [values].flat() : [])),
  )
  if (limited.length > 0) return shown(limited)
  const names = valuesOf(principal).flat()
  return names.map(name => nameText(String(name), world)).join(', ') || 'everybody but some'
}

const valuesOf = (value: unknown): object[] => (typeof value === 'object' && value !== null ? Object.values(value) : [])

function nameText(name: string, world: World): string {
  if (name === '*') return 'everybody'
  const [, account = ''] = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(name) ?? []
  const label = world.accounts.find(({ id }) => id === account)?.label
  return account === '' ? name : `the whole account ${account}${label === undefined ? '' : ` (${label})`}`
}

const shown = (value: unknown): string => [value].flat().join(', ')

const shortOf = (arn: string): string => arn.split(':').slice(4).join(':').replace(/^:+/, '')

/** Which statement to narrow. The side that lets in is nearest to what it protects. */
export function cureOf({ statements, by, from }: EscalationStep): string {
  const letting = statements.find(({ side }) => side !== 'identity')
  const given = statements.filter(({ side, text }) => side === 'identity' && text !== '')
  const mine = given.map(each => placed(each)).join(' and in ')
  if (letting) {
    const also = mine === '' ? '' : `, and in ${mine} only the resources that are needed`
    return `name in ${placed(letting)} only those who need it (aws:PrincipalArn)${also}`
  }
  return mine === ''
    ? `take from ${from} what ${by} takes`
    : `leave in ${mine} only the actions and resources that are needed`
}
