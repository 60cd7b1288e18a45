import type { Json, JsonObject } from '../language/json.ts'
import { type Frame, stateOf } from './turn.ts'

/** The context object: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
export function contextObject(
  frame: Frame,
  more: { token?: string; item?: { index: number; value: Json } } = {},
): JsonObject {
  const { turn, thread } = frame
  const { execution } = turn
  if (turn.context !== undefined) return turn.context
  const state = stateOf(frame)
  const child = thread.child === undefined ? undefined : execution.children?.[thread.child]
  const machine = child?.machine ?? execution.stateMachine
  const item = more.item ?? thread.item
  const retries = thread.attempts.reduce((sum, count) => sum + (count ?? 0), 0)
  return {
    Execution: {
      Id: child?.arn ?? execution.id,
      Input: child?.input ?? execution.input,
      StartTime: new Date(child?.start ?? execution.startTime).toISOString(),
      Name: child?.name ?? execution.name,
      RoleArn: execution.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: machine.id, Name: machine.name },
    State: {
      Name: thread.at,
      EnteredTime: new Date(thread.entered.time).toISOString(),
      ...(state?.Type === 'Task' || state?.Type === 'Map' || state?.Type === 'Parallel' ? { RetryCount: retries } : {}),
    },
    ...(more.token === undefined ? {} : { Task: { Token: more.token } }),
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  }
}
