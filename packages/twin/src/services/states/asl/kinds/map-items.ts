import { follow, inputOf, query, template, typedQuery } from '../execution/data.ts'
import type { Tolerated } from '../execution/execution.ts'
import { wholeNumber } from '../execution/result.ts'
import { type Frame, languageOf } from '../execution/turn.ts'
import { Failure, queryFailure, runtimeFailure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import type { MapState } from '../language/machine.ts'

/** What a JSONPath state's fields refer to. */
export const effectiveInput = (frame: Frame, state: MapState): Json =>
  languageOf(frame) === 'JSONata' ? frame.thread.input : inputOf(frame, state.InputPath)

export async function itemsOf(frame: Frame, state: MapState, input: Json): Promise<Json[]> {
  if (languageOf(frame) === 'JSONata') return queriedItems(frame, state)
  const path = state.ItemsPath ?? '$'
  const items = follow(frame, path, input)
  if (!Array.isArray(items)) throw runtimeFailure(`Reference path "${path}" must point to array.`)
  return items
}

async function queriedItems(frame: Frame, state: MapState): Promise<Json[]> {
  if (state.Items !== undefined && typeof state.Items !== 'string')
    return (await query(frame, state.Items, 'Items')) as Json[]
  if (state.Items !== undefined) return typedQuery<Json[]>(frame, state.Items, 'Items', 'array')
  const { input } = frame.thread
  if (Array.isArray(input)) return input
  throw queryFailure(`Map state input must be an array but was: ${JSON.stringify(input)}`)
}

export async function itemInput(frame: Frame, state: MapState, item: { index: number; value: Json }): Promise<Json> {
  if (languageOf(frame) === 'JSONata')
    return state.ItemSelector === undefined ? item.value : query(frame, state.ItemSelector, 'ItemSelector', { item })
  const selector = state.ItemSelector ?? state.Parameters
  return selector === undefined
    ? item.value
    : template(frame, selector, { data: inputOf(frame, state.InputPath), item })
}

export async function concurrencyOf(frame: Frame, state: MapState, input: Json): Promise<number> {
  if (state.MaxConcurrencyPath !== undefined)
    return wholeNumber(follow(frame, state.MaxConcurrencyPath, input), 'MaxConcurrencyPath', state.MaxConcurrencyPath)
  return typeof state.MaxConcurrency === 'string'
    ? typedQuery<number>(frame, state.MaxConcurrency, 'MaxConcurrency', 'integer')
    : (state.MaxConcurrency ?? 0)
}

type Threshold = 'ToleratedFailureCount' | 'ToleratedFailurePercentage'

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html (ToleratedFailurePercentage) */
export async function toleratedFailure(frame: Frame, state: MapState, input: Json): Promise<Tolerated> {
  const percentage = await threshold(frame, state, 'ToleratedFailurePercentage', input)
  if (percentage !== undefined && (percentage < 0 || percentage > 100))
    throw runtimeFailure(
      `The ToleratedFailurePercentage field must be a number between 0 and 100, but was ${percentage}`,
    )
  const count = await threshold(frame, state, 'ToleratedFailureCount', input)
  return { ...(count === undefined ? {} : { count }), ...(percentage === undefined ? {} : { percentage }) }
}

async function threshold(frame: Frame, state: MapState, field: Threshold, input: Json): Promise<number | undefined> {
  const path = state[`${field}Path`]
  if (path !== undefined) return wholeNumber(follow(frame, path, input), `${field}Path`, path)
  const value = state[field]
  if (typeof value !== 'string') return value
  return typedQuery<number>(frame, value, field, field === 'ToleratedFailureCount' ? 'integer' : 'number')
}

/** Whether more failed than either threshold allows. */
export const exceeds = ({ count, percentage }: Tolerated, failed: number, total: number): boolean =>
  (count !== undefined && failed > count) ||
  (percentage !== undefined && (failed / Math.max(total, 1)) * 100 > percentage)

export const exceeded = (): Failure =>
  new Failure('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded')
