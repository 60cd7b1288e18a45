import type { DomainEvent } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'

/** An event as its targets get it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface Envelope {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  time: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
}

export const envelopeOf = (env: Env, event: Omit<DomainEvent, 'cause'>, at: number): Envelope => ({
  version: '0',
  id: env.ids.uuid(),
  'detail-type': event.detailType,
  source: event.source,
  account: event.account,
  time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
  region: event.region,
  resources: event.resources,
  detail: event.detail,
})
