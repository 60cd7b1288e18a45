import type { Target } from '@aws-sdk/client-eventbridge'
import { type Reader, table } from '../../engine/index.ts'
import type { Call } from '../../gate/index.ts'
import { busNotFound, managedRule, ruleNotFound, validation } from './errors.ts'

export interface Bus {
  account: string
  region: string
  name: string
  description?: string
  /** A policy document, once there is a permission. */
  policy?: string
  created: number
  modified: number
  tags: Record<string, string>
}

export interface Rule {
  account: string
  region: string
  bus: string
  name: string
  arn: string
  pattern: string
  state: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'
  description?: string
  role?: string
  managedBy?: string
  createdBy: string
  targets: Target[]
  tags: Record<string, string>
}

export const buses = table<Bus>('events/bus') // [account, region, name]; `default` needs no record
export const rules = table<Rule>('events/rule', { keep: true }) // [account, region, bus, name]

export const busArn = (account: string, region: string, name: string) =>
  `arn:aws:events:${region}:${account}:event-bus/${name}`

export const ruleArn = (account: string, region: string, bus: string, name: string) =>
  `arn:aws:events:${region}:${account}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`

/** A name or an ARN; `default` is always there. */
export function busOf(read: Reader, call: Call, nameOrArn = 'default'): Bus {
  const [, , , region = '', account = '', rest = ''] = nameOrArn.split(':')
  const arn = nameOrArn.startsWith('arn:')
  const name = arn ? rest.replace(/^event-bus\//, '') : nameOrArn
  const key = arn ? ([account, region, name] as const) : ([call.account, call.region, name] as const)
  const found = buses.get(read, ...key)
  if (found !== undefined) return found
  if (name !== 'default') throw busNotFound(name)
  return { account: key[0], region: key[1], name, created: 0, modified: 0, tags: {} }
}

/** Rules of another account's bus are that account's business. */
export const busName = (nameOrArn = 'default') => nameOrArn.replace(/^arn:.*:event-bus\//, '')

export function ruleOf(read: Reader, call: Call, name: string | undefined, bus: string | undefined): Rule {
  if (!name)
    throw validation(
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    )
  const rule = rules.get(read, call.account, call.region, busName(bus), name)
  if (rule === undefined) throw ruleNotFound(name, busName(bus))
  return rule
}

/** A rule is managed by the service that makes it on the account's behalf, whatever its name. */
export const managerOf = (call: Call): string | undefined =>
  call.via.includes('states.amazonaws.com') ? 'states.amazonaws.com' : undefined

/**
 * A managed rule is changed by its service alone, even where the caller's policies allow more; deleted, with Force.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html#API_PutRule_Errors
 */
export function refuseManaged(call: Call, rule: Rule, force = false): void {
  if (rule.managedBy !== undefined && !force && !call.via.includes(rule.managedBy))
    throw managedRule(rule.name, rule.managedBy)
}
