import { follow, inputOf, query, template, typedQuery } from '../execution/data.ts'
import type { Event, MapRun, ReaderWait } from '../execution/execution.ts'
import { wholeNumber } from '../execution/result.ts'
import { type Frame, languageOf, newEffectId } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { MapState } from '../language/machine.ts'
import { parseResource } from '../language/resource.ts'
import { itemsIn } from './item-format.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export async function readItems(frame: Frame, state: MapState, run: MapRun, started: number): Promise<'blocked'> {
  const reader = state.ItemReader as JsonObject
  const parameters =
    languageOf(frame) === 'JSONata'
      ? await query(frame, reader.Arguments ?? {}, 'ItemReader/Arguments')
      : template(frame, reader.Parameters ?? {}, { data: inputOf(frame, state.InputPath) })
  const wait: ReaderWait = { on: 'reader', id: '', parameters: parameters as JsonObject, items: [], run, started }
  frame.thread.wait = wait
  return call(frame, state, wait, {})
}

/** Reads on, or answers the items. */
export async function afterRead(
  frame: Frame,
  state: MapState,
  wait: ReaderWait,
  event: Event,
): Promise<Json[] | 'blocked'> {
  if (event.type === 'task-failed') throw new Failure('States.ItemReaderFailed', event.cause)
  if (event.type !== 'task-succeeded') return 'blocked'
  const { output } = event
  const config = (state.ItemReader?.ReaderConfig ?? {}) as JsonObject
  const most = await maxItems(frame, state, config)
  const answer = isObject(output) ? output : {}
  wait.items.push(...(listing(state) ? listed(answer) : itemsIn(String(answer.Body ?? ''), config)))
  if (typeof answer.NextContinuationToken === 'string' && wait.items.length < most)
    return call(frame, state, wait, { ContinuationToken: answer.NextContinuationToken })
  return wait.items.slice(0, most)
}

function listing({ ItemReader: reader }: MapState): boolean {
  const resource = parseResource(String(reader?.Resource))
  return resource?.kind === 'service' && resource.api === 'listObjectsV2'
}

/** An object as an item has seconds, and its tag by the name `Etag`. */
const listed = ({ Contents: contents }: JsonObject): Json[] =>
  (Array.isArray(contents) ? contents : []).filter(isObject).map(({ ETag, Key, LastModified, Size, StorageClass }) => ({
    Etag: ETag ?? '',
    Key: Key ?? '',
    LastModified: Math.floor(Date.parse(String(LastModified)) / 1000),
    Size: Size ?? 0,
    StorageClass: StorageClass ?? 'STANDARD',
  }))

async function maxItems(frame: Frame, state: MapState, config: JsonObject): Promise<number> {
  const { MaxItems: most, MaxItemsPath: path } = config
  if (typeof path === 'string')
    return wholeNumber(follow(frame, path, inputOf(frame, state.InputPath)), 'MaxItemsPath', path)
  if (typeof most === 'string') return typedQuery<number>(frame, most, 'ItemReader/ReaderConfig/MaxItems', 'integer')
  return typeof most === 'number' && most > 0 ? most : 100_000_000
}

/** The execution's own role reads, as a task does; history says nothing of it. */
function call(frame: Frame, state: MapState, wait: ReaderWait, page: JsonObject): 'blocked' {
  const { turn, thread } = frame
  wait.id = newEffectId(turn)
  turn.effects.push({
    kind: 'task',
    id: wait.id,
    token: turn.world.uuid(),
    resource: `arn:aws:states:::aws-sdk:s3:${listing(state) ? 'listObjectsV2' : 'getObject'}`,
    parameters: { ...wait.parameters, ...page },
    state: thread.at,
  })
  return 'blocked'
}
