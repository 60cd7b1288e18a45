import { followOrCall, inputOf, outputOf, query, typedQuery } from '../execution/data.ts'
import { type Frame, inspect, type Kind, languageOf } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { FailState, SucceedState } from '../language/machine.ts'

export const succeed: Kind<SucceedState> = {
  async start(frame, state) {
    if (languageOf(frame) === 'JSONata') {
      const output = state.Output === undefined ? frame.thread.input : await query(frame, state.Output, 'Output')
      return { output, assigned: {}, next: undefined }
    }
    const input = inspect(frame, 'afterInputPath', inputOf(frame, state.InputPath))
    const output = outputOf(frame, state.OutputPath, input)
    return { output, assigned: {}, next: undefined }
  },
}

export const fail: Kind<FailState> = {
  async start(frame, state) {
    if (languageOf(frame) === 'JSONPath') inspect(frame, 'afterInputPath', frame.thread.input)
    const error = await textOf(frame, 'Error', state.Error, state.ErrorPath)
    const cause = await textOf(frame, 'Cause', state.Cause, state.CausePath)
    throw new Failure(error, cause)
  },
}

async function textOf(
  frame: Frame,
  field: string,
  text: string | undefined,
  path: string | undefined,
): Promise<string | undefined> {
  if (path !== undefined) {
    const value = followOrCall(frame, path, `${field}Path`, frame.thread.input)
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  if (text === undefined || languageOf(frame) === 'JSONPath') return text
  return typedQuery<string>(frame, text, field, 'string')
}
