import type { JsonObject } from '../language/json.ts'

/** One event as GetExecutionHistory answers it; `details` is the member named after the type (`stateEnteredEventDetails`). */
export interface HistoryEvent {
  id: number
  previousEventId: number
  timestamp: number
  type: string
  /** The child execution of a distributed Map whose history it belongs to; else it is the execution's own. */
  child?: string
  [details: `${string}EventDetails`]: JsonObject
}

export const truncated = { truncated: false }
