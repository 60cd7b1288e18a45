import type { Cause } from './cause.ts'
import type { Tx } from './store.ts'

/** Something that happened in an account, in EventBridge's terms. */
export interface DomainEvent {
  source: string
  detailType: string
  account: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
  cause: Cause
}

type Subscriber = (tx: Tx, event: DomainEvent) => void

/** Events reach their subscribers inside the transaction that emits them, so none is lost and none is early. */
export interface EventLog {
  emit(tx: Tx, event: DomainEvent): void
  subscribe(subscriber: Subscriber): void
}

export function eventLog(): EventLog {
  const subscribers: Subscriber[] = []
  return {
    emit(tx, event) {
      for (const subscriber of subscribers) subscriber(tx, event)
    },
    subscribe: subscriber => void subscribers.push(subscriber),
  }
}
