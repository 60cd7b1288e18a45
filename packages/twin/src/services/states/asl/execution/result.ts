import { runtimeFailure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import type { MapState, ParallelState, TaskState } from '../language/machine.ts'
import { assignByPath, assignByQuery, outputOf, placeResult, query, ResultPathMismatch, template } from './data.ts'
import { type Frame, inspect, type Leaving, languageOf } from './turn.ts'

/** From the result of a task, of the branches or of the iterations to what the state hands on. */
export async function leaveWithResult(
  frame: Frame,
  state: TaskState | ParallelState | MapState,
  result: Json,
): Promise<Leaving> {
  const next = state.End === true ? undefined : state.Next
  if (languageOf(frame) === 'JSONata') {
    const assigned = await assignByQuery(frame, state.Assign, { result })
    const output = state.Output === undefined ? result : await query(frame, state.Output, 'Output', { result })
    return { output, assigned, next }
  }
  const selected = state.ResultSelector === undefined ? result : template(frame, state.ResultSelector, { data: result })
  inspect(frame, 'afterResultSelector', selected)
  const assigned = assignByPath(frame, state.Assign, { data: selected })
  const placed = inspect(frame, 'afterResultPath', place(frame.thread.input, state.ResultPath, selected))
  return { output: outputOf(frame, state.OutputPath, placed), assigned, next }
}

export function place(raw: Json, path: string | null | undefined, result: Json): Json {
  try {
    return placeResult(raw, path, result)
  } catch (error) {
    if (!(error instanceof ResultPathMismatch)) throw error
    throw runtimeFailure(`Unable to apply ReferencePath ${error.path} to input ${JSON.stringify(error.raw)}`)
  }
}

/** A number that the definition gives, or a path or expression names. */
export function wholeNumber(value: Json, field: string, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value)
  throw runtimeFailure(`The ${field} field refers to value "${shown(value)}" which is not a valid integer: ${path}`)
}

const shown = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value))
