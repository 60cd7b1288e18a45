import type * as sfn from '@aws-sdk/client-sfn'
import { operation } from '../../gate/index.ts'
import type { HistoryEvent, JsonObject } from './asl/index.ts'
import { typeNotSupported } from './errors.ts'
import { findExecution, history } from './execution-record.ts'
import { page } from './page.ts'

/** What `includeExecutionData: false` leaves out. */
const data = [
  'input',
  'output',
  'inputDetails',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]

function shown(event: HistoryEvent, withData: boolean): sfn.HistoryEvent {
  const details = Object.entries(event).filter((entry): entry is [string, JsonObject] =>
    entry[0].endsWith('EventDetails'),
  )
  const kept = details.map(([name, members]) => [
    name,
    withData ? members : Object.fromEntries(Object.entries(members).filter(([member]) => !data.includes(member))),
  ])
  const { id, previousEventId, type, timestamp } = event
  return {
    id,
    previousEventId,
    type: type as sfn.HistoryEventType,
    timestamp: new Date(timestamp),
    ...Object.fromEntries(kept),
  } as sfn.HistoryEvent
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const getExecutionHistory = operation<typeof sfn, 'GetExecutionHistory'>({
  authorize: input => [{ action: 'states:GetExecutionHistory', resource: input.executionArn ?? '' }],
  run(input, { tx }) {
    const record = findExecution(tx, input.executionArn)
    if (record.type === 'EXPRESS') throw typeNotSupported()
    const all = [...history.list(tx, record.arn)]
    const { shown: events, ...more } = page(input.reverseOrder === true ? all.reverse() : all, input)
    return { events: events.map(event => shown(event, input.includeExecutionData !== false)), ...more }
  },
})
