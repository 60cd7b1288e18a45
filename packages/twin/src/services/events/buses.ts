import type * as events from '@aws-sdk/client-eventbridge'
import { PolicySyntaxError, parsePolicy } from '@tripoint/iam'
import { notImplemented } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { onBus, requestTags, tagsOf } from './demand.ts'
import { busExists, illegalStatus, policyTooLong, statementNotFound, validation } from './errors.ts'
import { type Bus, busArn, buses, busOf, rules } from './rule.ts'

const described = (bus: Bus) => ({
  Name: bus.name,
  Arn: busArn(bus.account, bus.region, bus.name),
  ...(bus.description === undefined ? {} : { Description: bus.description }),
  ...(bus.policy === undefined ? {} : { Policy: bus.policy }),
  ...(bus.created === 0 ? {} : { CreationTime: new Date(bus.created), LastModifiedTime: new Date(bus.modified) }),
})

const put = (tx: Parameters<typeof buses.put>[0], bus: Bus) => buses.put(tx, [bus.account, bus.region, bus.name], bus)

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
export const createEventBus = operation<typeof events, 'CreateEventBus'>({
  authorize: ({ Name = '', Tags }, { call }) => [
    {
      action: 'events:CreateEventBus',
      resource: busArn(call.account, call.region, Name),
      context: requestTags(Tags) ?? {},
    },
  ],
  run(input, { tx, call }) {
    const { Name: name = '', Description: description } = input
    const other = (['EventSourceName', 'KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig'] as const).find(
      key => input[key] !== undefined,
    )
    if (other !== undefined) throw notImplemented(`events:CreateEventBus with ${other}`)
    if (!/^[\w.-]{1,256}$/.test(name)) throw validation(`Parameter Name is not valid: ${name}`)
    if (name === 'default' || buses.get(tx, call.account, call.region, name) !== undefined) throw busExists(name)
    const bus = put(tx, {
      account: call.account,
      region: call.region,
      name,
      ...(description === undefined ? {} : { description }),
      created: call.now,
      modified: call.now,
      tags: tagsOf(input.Tags),
    })
    return {
      EventBusArn: busArn(bus.account, bus.region, name),
      ...(description === undefined ? {} : { Description: description }),
    }
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html: a missing one is no error. */
export const deleteEventBus = operation<typeof events, 'DeleteEventBus'>({
  authorize: ({ Name = '' }, { call }) => [
    { action: 'events:DeleteEventBus', resource: busArn(call.account, call.region, Name) },
  ],
  run({ Name = '' }, { tx, call }) {
    if (Name === 'default') throw validation('Cannot delete event bus default.')
    if (!rules.list(tx, call.account, call.region, Name).next().done)
      throw illegalStatus(`Event bus ${Name} has rules.`)
    buses.delete(tx, call.account, call.region, Name)
    return {}
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
export const describeEventBus = operation<typeof events, 'DescribeEventBus'>({
  authorize: ({ Name }, { read, call }) => [onBus('DescribeEventBus', busOf(read, call, Name))],
  run: ({ Name }, { tx, call }) => described(busOf(tx, call, Name)),
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html */
export const listEventBuses = operation<typeof events, 'ListEventBuses'>({
  authorize: () => [{ action: 'events:ListEventBuses', resource: '*' }],
  run({ NamePrefix = '' }, { tx, call }) {
    const made = [...buses.list(tx, call.account, call.region)].filter(({ name }) => name !== 'default')
    return { EventBuses: [busOf(tx, call), ...made].filter(({ name }) => name.startsWith(NamePrefix)).map(described) }
  },
})

interface Statement {
  Sid: string
  [element: string]: unknown
}

const statementsOf = (bus: Bus): Statement[] =>
  bus.policy === undefined ? [] : (JSON.parse(bus.policy) as { Statement: Statement[] }).Statement

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: 10,240 characters */
const longestPolicy = 10_240

/** What is stored is read on every later call to the bus, so it has to be a policy. */
function checkedPolicy(text: string): string {
  if (text.length > longestPolicy) throw policyTooLong()
  try {
    parsePolicy(text, 'resource')
  } catch (error) {
    throw error instanceof PolicySyntaxError ? validation(error.message) : error
  }
  return text
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
export const putPermission = operation<typeof events, 'PutPermission'>({
  authorize: ({ EventBusName }, { read, call }) => [onBus('PutPermission', busOf(read, call, EventBusName))],
  run({ EventBusName, Action, Principal, StatementId, Condition, Policy }, { tx, call }) {
    const bus = { ...busOf(tx, call, EventBusName), modified: call.now }
    if (Policy !== undefined) {
      put(tx, { ...bus, policy: checkedPolicy(Policy) })
      return {}
    }
    if (Action === undefined || Principal === undefined || StatementId === undefined) {
      throw validation('Action, Principal and StatementId, or Policy, must be specified.')
    }
    const { Type = '', Key = '', Value } = Condition ?? {}
    const statement: Statement = {
      Sid: StatementId,
      Effect: 'Allow',
      Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
      Action,
      Resource: busArn(bus.account, bus.region, bus.name),
      ...(Condition === undefined ? {} : { Condition: { [Type]: { [Key]: Value } } }),
    }
    const Statement = [...statementsOf(bus).filter(({ Sid }) => Sid !== StatementId), statement]
    put(tx, { ...bus, policy: checkedPolicy(JSON.stringify({ Version: '2012-10-17', Statement })) })
    return {}
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html */
export const removePermission = operation<typeof events, 'RemovePermission'>({
  authorize: ({ EventBusName }, { read, call }) => [onBus('RemovePermission', busOf(read, call, EventBusName))],
  run({ EventBusName, StatementId = '', RemoveAllPermissions }, { tx, call }) {
    const { policy: _policy, ...bus } = busOf(tx, call, EventBusName)
    const all = statementsOf({ ...bus, ...(_policy === undefined ? {} : { policy: _policy }) })
    const left = RemoveAllPermissions === true ? [] : all.filter(({ Sid }) => Sid !== StatementId)
    if (RemoveAllPermissions !== true && left.length === all.length) throw statementNotFound(StatementId)
    const policy = left.length === 0 ? {} : { policy: JSON.stringify({ Version: '2012-10-17', Statement: left }) }
    put(tx, { ...bus, ...policy, modified: call.now })
    return {}
  },
})
