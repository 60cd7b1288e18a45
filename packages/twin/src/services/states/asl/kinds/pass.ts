import { assignByPath, assignByQuery, inputOf, outputOf, query, template } from '../execution/data.ts'
import { place } from '../execution/result.ts'
import { inspect, type Kind, languageOf } from '../execution/turn.ts'
import type { PassState } from '../language/machine.ts'

export const pass: Kind<PassState> = {
  async start(frame, state) {
    const next = state.End === true ? undefined : state.Next
    if (languageOf(frame) === 'JSONata') {
      const assigned = await assignByQuery(frame, state.Assign, {})
      const output = state.Output === undefined ? frame.thread.input : await query(frame, state.Output, 'Output')
      return { output, assigned, next }
    }
    const input = inspect(frame, 'afterInputPath', inputOf(frame, state.InputPath))
    const effective = state.Parameters === undefined ? input : template(frame, state.Parameters, { data: input })
    inspect(frame, 'afterParameters', effective)
    const result = inspect(frame, 'afterResultSelector', state.Result === undefined ? effective : state.Result)
    const assigned = assignByPath(frame, state.Assign, { data: result })
    const placed = inspect(frame, 'afterResultPath', place(frame.thread.input, state.ResultPath, result))
    const output = outputOf(frame, state.OutputPath, placed)
    return { output, assigned, next }
  },
}
