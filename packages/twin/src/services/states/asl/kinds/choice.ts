import { own } from '../../../../engine/index.ts'
import { assignByPath, assignByQuery, find, follow, inputOf, outputOf, query, typedQuery } from '../execution/data.ts'
import { type Frame, inspect, type Kind, type Leaving, languageOf } from '../execution/turn.ts'
import { runtimeFailure, StateFailure } from '../language/failure.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { ChoiceState } from '../language/machine.ts'
import { comparisons, typeTests } from './comparison.ts'

export const choice: Kind<ChoiceState> = {
  async start(frame, state) {
    if (languageOf(frame) === 'JSONata') return byQuery(frame, state)
    const input = inspect(frame, 'afterInputPath', inputOf(frame, state.InputPath))
    const output = outputOf(frame, state.OutputPath, input)
    const rule = state.Choices.find(candidate => holds(frame, candidate, input))
    const chosen = rule ?? byDefault(state)
    return {
      output,
      assigned: assignByPath(frame, chosen.Assign as JsonObject | undefined, { data: input }),
      next: chosen.Next as string,
    }
  },
}

async function byQuery(frame: Frame, state: ChoiceState): Promise<Leaving> {
  let rule: JsonObject | undefined
  for (const [index, candidate] of state.Choices.entries()) {
    const condition = candidate.Condition as Json
    const met =
      typeof condition === 'boolean'
        ? condition
        : await typedQuery<boolean>(frame, condition, `Choices[${index}]/Condition`, 'boolean')
    if (!met) continue
    rule = candidate
    break
  }
  const chosen = rule ?? byDefault(state)
  const template = chosen.Output
  return {
    assigned: await assignByQuery(frame, chosen.Assign as JsonObject | undefined, {}),
    output: template === undefined ? frame.thread.input : await query(frame, template, 'Output'),
    next: chosen.Next as string,
  }
}

function byDefault(state: ChoiceState): JsonObject {
  if (state.Default === undefined)
    throw new StateFailure(
      'States.NoChoiceMatched',
      'Failed to transition out of the state. The state does not point to a next state.',
    )
  return {
    Next: state.Default,
    ...(state.Assign === undefined ? {} : { Assign: state.Assign }),
    ...(state.Output === undefined ? {} : { Output: state.Output }),
  }
}

function holds(frame: Frame, rule: JsonObject, input: Json): boolean {
  if (Array.isArray(rule.And)) return rule.And.every(item => isObject(item) && holds(frame, item, input))
  if (Array.isArray(rule.Or)) return rule.Or.some(item => isObject(item) && holds(frame, item, input))
  if (isObject(rule.Not)) return !holds(frame, rule.Not, input)
  const path = rule.Variable as string
  const found = find(frame, path, input)
  if ('IsPresent' in rule) return (found !== undefined) === rule.IsPresent
  if (found === undefined)
    throw runtimeFailure(`Invalid path '${path}': The choice state's condition path references an invalid value.`)
  for (const [key, expected] of Object.entries(rule)) {
    const test = typeTests[key]
    if (test !== undefined) return test(found) === expected
    const compare = own(comparisons, key)
    if (compare !== undefined) return compare(found, expected)
    const byPath = key.endsWith('Path') ? own(comparisons, key.slice(0, -4)) : undefined
    if (byPath !== undefined) return byPath(found, follow(frame, expected as string, input))
  }
  return false
}
