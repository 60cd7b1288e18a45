import { follow, inputOf, query, template, typedQuery } from '../execution/data.ts'
import { wholeNumber } from '../execution/result.ts'
import { type Frame, languageOf } from '../execution/turn.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { MapState } from '../language/machine.ts'
import { itemInput } from './map-items.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
export async function batchesOf(
  frame: Frame,
  state: MapState,
  batcher: JsonObject,
  items: readonly Json[],
): Promise<{ input: JsonObject; size: number }[]> {
  const most = (await limit(frame, state, batcher, 'MaxItemsPerBatch')) ?? Number.POSITIVE_INFINITY
  const largest = (await limit(frame, state, batcher, 'MaxInputBytesPerBatch')) ?? 262_144
  const shared = await batchInput(frame, state, batcher)
  const batches: Json[][] = []
  for (const [index, value] of items.entries()) {
    const item = await itemInput(frame, state, { index, value })
    const open = batches.at(-1)
    if (open !== undefined && open.length < most && bytes({ ...shared, Items: [...open, item] }) <= largest)
      open.push(item)
    else batches.push([item])
  }
  return batches.map(batch => ({ input: { ...shared, Items: batch }, size: batch.length }))
}

const bytes = (value: JsonObject) => Buffer.byteLength(JSON.stringify(value))

async function batchInput(frame: Frame, state: MapState, { BatchInput }: JsonObject): Promise<JsonObject> {
  if (BatchInput === undefined) return {}
  if (languageOf(frame) === 'JSONata') return { BatchInput: await query(frame, BatchInput, 'ItemBatcher/BatchInput') }
  return { BatchInput: template(frame, BatchInput, { data: inputOf(frame, state.InputPath) }) }
}

type Limit = 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch'

async function limit(frame: Frame, state: MapState, batcher: JsonObject, field: Limit): Promise<number | undefined> {
  const path = batcher[`${field}Path`]
  if (typeof path === 'string')
    return wholeNumber(follow(frame, path, inputOf(frame, state.InputPath)), `${field}Path`, path)
  const value = batcher[field]
  if (typeof value === 'string') return typedQuery<number>(frame, value, `ItemBatcher/${field}`, 'integer')
  return typeof value === 'number' ? value : undefined
}
