import type * as logs from '@aws-sdk/client-cloudwatch-logs'
import type { Reader } from '../../engine/index.ts'
import { type AnyOperation, type Call, operation } from '../../gate/index.ts'
import { events, exists, findGroup, groupArn, groupName, notFound, onGroup, streams } from './log-group.ts'

const streamArn = (call: Call, group: string, stream: string | undefined) =>
  `${groupArn(call, group)}:log-stream:${stream ?? ''}`

type Named = {
  logGroupName?: string | undefined
  logGroupIdentifier?: string | undefined
  logStreamName?: string | undefined
}

const onStream =
  (action: string) =>
  (input: Named, { call }: Parameters<AnyOperation['authorize']>[1]) => [
    { action: `logs:${action}`, resource: streamArn(call, groupName(input), input.logStreamName) },
  ]

function findStream(read: Reader, call: Call, group: string, name: string | undefined) {
  findGroup(read, call, group)
  const stream = streams.get(read, call.account, call.region, group, name ?? '')
  if (stream === undefined) throw notFound('stream')
  return stream
}

const createLogStream = operation<typeof logs, 'CreateLogStream'>({
  authorize: onStream('CreateLogStream'),
  run(input, { tx, call }) {
    const group = findGroup(tx, call, groupName(input)).name
    const name = input.logStreamName ?? ''
    if (streams.get(tx, call.account, call.region, group, name) !== undefined) throw exists('stream')
    streams.put(tx, [call.account, call.region, group, name], { name, created: call.now, next: 1 })
    return {}
  },
})

const putLogEvents = operation<typeof logs, 'PutLogEvents'>({
  authorize: onStream('PutLogEvents'),
  run(input, { tx, call }) {
    const group = groupName(input)
    const stream = findStream(tx, call, group, input.logStreamName)
    let { next } = stream
    for (const event of input.logEvents ?? []) {
      events.put(tx, [call.account, call.region, group, stream.name, next++], {
        time: event.timestamp ?? call.now,
        ingested: call.now,
        message: event.message ?? '',
      })
    }
    const times = (input.logEvents ?? []).map(event => event.timestamp ?? call.now)
    streams.put(tx, [call.account, call.region, group, stream.name], {
      ...stream,
      next,
      first: Math.min(stream.first ?? Number.POSITIVE_INFINITY, ...times),
      last: Math.max(stream.last ?? 0, ...times),
      ingested: call.now,
    })
    return { nextSequenceToken: String(next) }
  },
})

const describeLogStreams = operation<typeof logs, 'DescribeLogStreams'>({
  authorize: onGroup('DescribeLogStreams'),
  run(input, { tx, call }) {
    const group = findGroup(tx, call, groupName(input)).name
    const found = [...streams.list(tx, call.account, call.region, group)].filter(stream =>
      stream.name.startsWith(input.logStreamNamePrefix ?? ''),
    )
    if (input.orderBy === 'LastEventTime') found.sort((a, b) => (a.last ?? 0) - (b.last ?? 0))
    if (input.descending === true) found.reverse()
    return {
      logStreams: found.slice(0, input.limit ?? 50).map(stream => ({
        logStreamName: stream.name,
        creationTime: stream.created,
        arn: streamArn(call, group, stream.name),
        storedBytes: 0,
        uploadSequenceToken: String(stream.next),
        ...(stream.first === undefined ? {} : { firstEventTimestamp: stream.first }),
        ...(stream.last === undefined ? {} : { lastEventTimestamp: stream.last }),
        ...(stream.ingested === undefined ? {} : { lastIngestionTime: stream.ingested }),
      })),
    }
  },
})

/** Tokens are positions: `f/12` reads on after event 12, `b/12` back before it. */
const position = (token: string | undefined) => Number(token?.slice(2) ?? Number.NaN)

const getLogEvents = operation<typeof logs, 'GetLogEvents'>({
  authorize: onStream('GetLogEvents'),
  run(input, { tx, call }) {
    const group = groupName(input)
    const stream = findStream(tx, call, group, input.logStreamName)
    const limit = input.limit ?? 10_000
    const at = position(input.nextToken)
    const forward = input.startFromHead === true || input.nextToken?.startsWith('f/') === true
    // Who follows a stream asks again and again: what it has had is not read again.
    const had = forward && !Number.isNaN(at) ? { after: at } : {}
    const all = [...events.entries(tx, [call.account, call.region, group, stream.name], had)].map(
      ([key, event]) => [Number(key.at(-1)), event] as const,
    )
    const inTime = all.filter(
      ([, { time }]) => time >= (input.startTime ?? 0) && time < (input.endTime ?? Number.POSITIVE_INFINITY),
    )
    const beyond = Number.isNaN(at) ? inTime : inTime.filter(([number]) => (forward ? number > at : number < at))
    const chosen = forward ? beyond.slice(0, limit) : beyond.slice(-limit)
    const from = chosen[0]?.[0] ?? (Number.isNaN(at) ? 0 : at)
    const to = chosen.at(-1)?.[0] ?? (Number.isNaN(at) ? 0 : at)
    return {
      events: chosen.map(([, event]) => ({
        timestamp: event.time,
        message: event.message,
        ingestionTime: event.ingested,
      })),
      nextForwardToken: `f/${to}`,
      nextBackwardToken: `b/${from}`,
    }
  },
})

/** Terms and quoted phrases, all of which must occur; `?term` and JSON patterns are matched as AWS's simplest form only. */
const matches = (pattern: string | undefined, message: string) =>
  (pattern?.match(/"[^"]*"|\S+/g) ?? []).every(term => message.includes(term.replace(/^"|"$/g, '')))

const filterLogEvents = operation<typeof logs, 'FilterLogEvents'>({
  authorize: onGroup('FilterLogEvents'),
  run(input, { tx, call }) {
    const group = findGroup(tx, call, groupName(input)).name
    const named = new Set(input.logStreamNames)
    const found = [...streams.list(tx, call.account, call.region, group)]
      .filter(({ name }) => (named.size === 0 || named.has(name)) && name.startsWith(input.logStreamNamePrefix ?? ''))
      .flatMap(({ name }) =>
        [...events.entries(tx, [call.account, call.region, group, name])].map(([key, event]) => ({
          logStreamName: name,
          timestamp: event.time,
          message: event.message,
          ingestionTime: event.ingested,
          eventId: String(key.at(-1)).padStart(20, '0'),
        })),
      )
      .filter(
        event =>
          event.timestamp >= (input.startTime ?? 0) &&
          event.timestamp <= (input.endTime ?? Number.POSITIVE_INFINITY) &&
          matches(input.filterPattern, event.message),
      )
      .sort((a, b) => a.timestamp - b.timestamp)
    const from = Number(input.nextToken ?? 0)
    const to = from + (input.limit ?? 10_000)
    return {
      events: found.slice(from, to),
      searchedLogStreams: [],
      ...(to < found.length ? { nextToken: String(to) } : {}),
    }
  },
})

const deleteLogStream = operation<typeof logs, 'DeleteLogStream'>({
  authorize: onStream('DeleteLogStream'),
  run(input, { tx, call }) {
    const group = groupName(input)
    const { name } = findStream(tx, call, group, input.logStreamName)
    for (const [key] of [...events.entries(tx, [call.account, call.region, group, name])]) events.delete(tx, ...key)
    streams.delete(tx, call.account, call.region, group, name)
    return {}
  },
})

export const streamOperations: Record<string, AnyOperation> = {
  CreateLogStream: createLogStream,
  DeleteLogStream: deleteLogStream,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
  PutLogEvents: putLogEvents,
}
