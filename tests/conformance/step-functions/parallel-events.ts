import { differences } from './compare.ts'
import { isObject, type Json } from './scenario.ts'

/**
 * Branches of a Parallel state run side by side: the recorder took the ids of the events between away, and their order says nothing.
 * Lays the twin's events in the recording's order.
 */
export function inRecordedOrder(expected: Json, actual: Json): Json {
  if (!isObject(expected) || !isObject(actual)) return actual
  const [known, events] = [expected.events, actual.events]
  if (!Array.isArray(known) || !Array.isArray(events) || !known.some(unnumbered)) return actual
  const ordered = [...events]
  for (let start = 0; start < known.length; start++) {
    if (!unnumbered(known[start])) continue
    const length = known.slice(start).findIndex(event => !unnumbered(event))
    const end = length < 0 ? known.length : start + length
    ordered.splice(start, end - start, ...matched(known.slice(start, end), events.slice(start, end).map(withoutId)))
    start = end
  }
  return { ...actual, events: ordered }
}

const unnumbered = (event: Json | undefined) => isObject(event) && Array.isArray(event.id)

const withoutId = (event: Json): Json => (isObject(event) ? { ...event, id: [0], previousEventId: 0 } : event)

function matched(known: Json[], events: Json[]): Json[] {
  const left = [...events]
  const taken = known.flatMap(event => {
    const index = left.findIndex(candidate => differences(event, candidate, '', new Map()).length === 0)
    return left.splice(Math.max(index, 0), 1)
  })
  return [...taken, ...left]
}
