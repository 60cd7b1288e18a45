import type { Tag } from '@aws-sdk/client-eventbridge'
import type { Reader } from '../../engine/index.ts'
import type { Call, Demand } from '../../gate/index.ts'
import { type Bus, busArn, busName, ruleArn, rules } from './rule.ts'

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html

export function onRule(
  read: Reader,
  call: Call,
  action: string,
  name: string | undefined,
  bus: string | undefined,
  context: Demand['context'] = {},
): Demand[] {
  const known = rules.get(read, call.account, call.region, busName(bus), name ?? '')
  const tags = Object.entries(known?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value])
  const created = known === undefined ? {} : { 'events:creatorAccount': known.createdBy }
  return [
    {
      action: `events:${action}`,
      resource: ruleArn(call.account, call.region, busName(bus), name ?? ''),
      context: { ...Object.fromEntries(tags), ...created, ...context },
    },
  ]
}

export const onBus = (action: string, bus: Bus, context: Demand['context'] = {}): Demand => ({
  action: `events:${action}`,
  resource: busArn(bus.account, bus.region, bus.name),
  context,
  ...(bus.policy === undefined
    ? {}
    : { resourcePolicy: { rule: 'plain' as const, name: `policy of event bus ${bus.name}`, document: bus.policy } }),
})

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html */
export const passRole = (role: string | undefined): Demand[] =>
  role === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'events.amazonaws.com' } }]

export const tagsOf = (tags: Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))

export const requestTags = (tags: Tag[] | undefined): Demand['context'] =>
  tags === undefined || tags.length === 0
    ? {}
    : {
        'aws:TagKeys': tags.map(({ Key = '' }) => Key),
        ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
      }
