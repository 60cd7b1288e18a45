import { assignByPath, assignByQuery, follow, inputOf, outputOf, query, typedQuery } from '../execution/data.ts'
import { type Frame, inspect, type Kind, languageOf, newEffectId } from '../execution/turn.ts'
import { runtimeFailure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import type { WaitState } from '../language/machine.ts'
import { parseTimestamp } from '../language/timestamp.ts'

export const wait: Kind<WaitState> = {
  async start(frame, state) {
    const at = await due(frame, state)
    const id = newEffectId(frame.turn)
    frame.thread.wait = { on: 'timer', id, purpose: 'wait' }
    frame.turn.effects.push({ kind: 'timer', id, at, purpose: 'wait' })
    return 'blocked'
  },
  async resume(frame, state) {
    delete frame.thread.wait
    const next = state.End === true ? undefined : state.Next
    if (languageOf(frame) === 'JSONata') {
      const assigned = await assignByQuery(frame, state.Assign, {})
      const output = state.Output === undefined ? frame.thread.input : await query(frame, state.Output, 'Output')
      return { output, assigned, next }
    }
    const input = inspect(frame, 'afterInputPath', inputOf(frame, state.InputPath))
    return {
      output: outputOf(frame, state.OutputPath, input),
      assigned: assignByPath(frame, state.Assign, { data: input }),
      next,
    }
  },
}

async function due(frame: Frame, state: WaitState): Promise<number> {
  const { now } = frame.turn.world
  const data = () => inputOf(frame, state.InputPath)
  if (state.Seconds !== undefined) {
    const seconds =
      typeof state.Seconds === 'number'
        ? state.Seconds
        : await typedQuery<number>(frame, state.Seconds, 'Seconds', 'integer')
    return now + seconds * 1000
  }
  if (state.SecondsPath !== undefined)
    return now + secondsAt(state.SecondsPath, follow(frame, state.SecondsPath, data())) * 1000
  const path = state.TimestampPath
  const text: Json =
    path !== undefined
      ? follow(frame, path, data())
      : languageOf(frame) === 'JSONata'
        ? await typedQuery<string>(frame, state.Timestamp as string, 'Timestamp', 'string')
        : (state.Timestamp as string)
  const time = typeof text === 'string' ? parseTimestamp(text) : undefined
  if (time !== undefined) return time
  throw runtimeFailure(
    `The ${path === undefined ? 'Timestamp' : 'TimestampPath'} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path ?? 'Timestamp'} == ${typeof text === 'string' ? text : JSON.stringify(text)}`,
  )
}

function secondsAt(path: string, value: Json): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw runtimeFailure(
      `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
  if (value < 0) throw runtimeFailure(`The SecondsPath parameter references a negative value: ${path} == ${value}`)
  return value
}
