import type * as events from '@aws-sdk/client-eventbridge'
import { internalOperation, operation } from '../../gate/index.ts'
import { onBus } from './demand.ts'
import { type Envelope, envelopeOf } from './envelope.ts'
import { validation } from './errors.ts'
import { type Json, parsePattern } from './pattern.ts'
import { route } from './route.ts'
import { busOf } from './rule.ts'

const parsed = (text: string | undefined): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const refusal = (entry: events.PutEventsRequestEntry): [string, string] | undefined => {
  if (!entry.Source) return ['InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.']
  if (!entry.DetailType)
    return ['InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.']
  if (entry.Detail === undefined)
    return ['InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.']
  if (parsed(entry.Detail) === undefined) return ['MalformedDetail', 'Detail is malformed.']
  if (entry.Source.startsWith('aws.')) return ['NotAuthorizedForSourceException', 'Not authorized for the source.']
  return undefined
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const putEvents = operation<typeof events, 'PutEvents'>({
  authorize({ Entries = [] }, { read, call }) {
    if (Entries.length === 0 || Entries.length > 10) {
      throw validation(
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10`,
      )
    }
    return Entries.map(entry =>
      onBus('PutEvents', busOf(read, call, entry.EventBusName), {
        'events:source': entry.Source,
        'events:detail-type': entry.DetailType,
      }),
    )
  },
  run({ Entries = [] }, { tx, call, env }) {
    const results = Entries.map(entry => {
      const refused = refusal(entry)
      if (refused !== undefined) return { ErrorCode: refused[0], ErrorMessage: refused[1] }
      const bus = busOf(tx, call, entry.EventBusName)
      const event = {
        source: entry.Source ?? '',
        detailType: entry.DetailType ?? '',
        account: call.account,
        region: call.region,
        resources: entry.Resources ?? [],
        detail: parsed(entry.Detail) ?? {},
      }
      const envelope = envelopeOf(env, event, entry.Time?.getTime() ?? call.now)
      route(tx, env, bus, envelope, call.cause)
      return { EventId: envelope.id }
    })
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results }
  },
})

/** A rule whose target is a bus: the event arrives as it was sent, with its own source, account and id. */
export const forwardEvent = internalOperation<{ bus: string; event: Envelope }, Record<string, never>>({
  authorize: ({ bus, event }, { read, call }) => [
    onBus('PutEvents', busOf(read, call, bus), {
      'events:source': event.source,
      'events:detail-type': event['detail-type'],
    }),
  ],
  run({ bus, event }, { tx, call, env }) {
    route(tx, env, busOf(tx, call, bus), event, call.cause)
    return {}
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export const testEventPattern = operation<typeof events, 'TestEventPattern'>({
  authorize: () => [{ action: 'events:TestEventPattern', resource: '*' }],
  run({ EventPattern = '', Event }) {
    const event = parsed(Event)
    if (event === undefined) throw validation('Parameter Event is not valid.')
    const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'].find(
      name => !(name in event),
    )
    if (missing !== undefined) throw validation(`Parameter Event is not valid. Reason: ${missing} is missing.`)
    return { Result: parsePattern(EventPattern)(event as Json) }
  },
})
