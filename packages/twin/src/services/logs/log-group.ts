import type * as logs from '@aws-sdk/client-cloudwatch-logs'
import { AwsError, type Reader, table } from '../../engine/index.ts'
import { type AnyOperation, type Call, operation } from '../../gate/index.ts'

export interface LogGroup {
  name: string
  created: number
  retentionDays?: number
  tags: Record<string, string>
}

export interface LogStream {
  name: string
  created: number
  first?: number
  last?: number
  ingested?: number
  next: number
}

export interface LogEvent {
  time: number
  ingested: number
  message: string
}

const groups = table<LogGroup>('logs/group') // [account, region, group]
export const streams = table<LogStream>('logs/stream') // [account, region, group, stream]
export const events = table<LogEvent>('logs/event') // [account, region, group, stream, number]

export const groupArn = (call: Call, group: string) => `arn:aws:logs:${call.region}:${call.account}:log-group:${group}`

/** A group may be named by its ARN, with or without the trailing `:*`. */
export const groupName = (input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }) =>
  input.logGroupName ??
  (input.logGroupIdentifier ?? '').replace(/^arn:[^:]*:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '')

export const notFound = (what: 'group' | 'stream') =>
  new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`)

export const exists = (what: 'group' | 'stream') =>
  new AwsError('ResourceAlreadyExistsException', `The specified log ${what} already exists`)

export function findGroup(read: Reader, call: Call, name: string): LogGroup {
  const group = groups.get(read, call.account, call.region, name)
  if (group === undefined) throw notFound('group')
  return group
}

type Named = { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
export const onGroup =
  (action: string) =>
  (input: Named, { call }: Parameters<AnyOperation['authorize']>[1]) => [
    { action: `logs:${action}`, resource: groupArn(call, groupName(input)) },
  ]

const createLogGroup = operation<typeof logs, 'CreateLogGroup'>({
  authorize: onGroup('CreateLogGroup'),
  run(input, { tx, call }) {
    const name = groupName(input)
    if (!/^[\w./#-]{1,512}$/.test(name)) {
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      )
    }
    if (groups.get(tx, call.account, call.region, name) !== undefined) throw exists('group')
    groups.put(tx, [call.account, call.region, name], {
      name,
      created: call.now,
      tags: { ...input.tags } as Record<string, string>,
    })
    return {}
  },
})

const deleteLogGroup = operation<typeof logs, 'DeleteLogGroup'>({
  authorize: onGroup('DeleteLogGroup'),
  run(input, { tx, call }) {
    const { name } = findGroup(tx, call, groupName(input))
    for (const held of [events, streams]) {
      for (const [key] of [...held.entries(tx, [call.account, call.region, name])]) held.delete(tx, ...key)
    }
    groups.delete(tx, call.account, call.region, name)
    return {}
  },
})

const describeLogGroups = operation<typeof logs, 'DescribeLogGroups'>({
  authorize: (input, { call }) => [
    { action: 'logs:DescribeLogGroups', resource: `${groupArn(call, input.logGroupNamePrefix ?? '')}` },
  ],
  run(input, { tx, call }) {
    const found = [...groups.list(tx, call.account, call.region)].filter(
      group =>
        group.name.startsWith(input.logGroupNamePrefix ?? '') && group.name.includes(input.logGroupNamePattern ?? ''),
    )
    return {
      logGroups: found.slice(0, input.limit ?? 50).map(group => ({
        logGroupName: group.name,
        creationTime: group.created,
        arn: `${groupArn(call, group.name)}:*`,
        logGroupArn: groupArn(call, group.name),
        metricFilterCount: 0,
        storedBytes: 0,
        ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
      })),
    }
  },
})

const putRetentionPolicy = operation<typeof logs, 'PutRetentionPolicy'>({
  authorize: onGroup('PutRetentionPolicy'),
  run(input, { tx, call }) {
    const group = findGroup(tx, call, groupName(input))
    groups.put(tx, [call.account, call.region, group.name], { ...group, retentionDays: input.retentionInDays ?? 0 })
    return {}
  },
})

const deleteRetentionPolicy = operation<typeof logs, 'DeleteRetentionPolicy'>({
  authorize: onGroup('DeleteRetentionPolicy'),
  run(input, { tx, call }) {
    const { retentionDays: _removed, ...group } = findGroup(tx, call, groupName(input))
    groups.put(tx, [call.account, call.region, group.name], group)
    return {}
  },
})

export const groupOperations: Record<string, AnyOperation> = {
  CreateLogGroup: createLogGroup,
  DeleteLogGroup: deleteLogGroup,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  DescribeLogGroups: describeLogGroups,
  PutRetentionPolicy: putRetentionPolicy,
}
