import { inputOf, query, template } from '../execution/data.ts'
import type { Child, Event, MapRun, WriterWait } from '../execution/execution.ts'
import { type Frame, languageOf, newEffectId } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { MapState } from '../language/machine.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
type Transformation = (child: Child) => Json[]

const output = (child: Child): Json => (child.ending?.status === 'SUCCEEDED' ? child.ending.output : described(child))

const transformations: Record<string, Transformation> = {
  NONE: child => [described(child)],
  COMPACT: child => [output(child)],
  FLATTEN: child => {
    const value = output(child)
    return Array.isArray(value) ? value : [value]
  },
}

/** A child with its metadata, as results hold it. */
export function described(child: Child): JsonObject {
  const { ending } = child
  const status = ending?.status ?? 'RUNNING'
  const { error, cause } = ending === undefined || ending.status === 'SUCCEEDED' ? {} : ending
  return {
    ExecutionArn: child.arn,
    Input: JSON.stringify(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(ending?.status === 'SUCCEEDED'
      ? { Output: JSON.stringify(ending.output), OutputDetails: { Included: true } }
      : {}),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    StartDate: new Date(child.start).toISOString(),
    StateMachineArn: child.machine.id,
    Status: status,
    StopDate: new Date(child.stop ?? child.start).toISOString(),
  }
}

const configOf = (state: MapState): JsonObject => (state.ResultWriter?.WriterConfig ?? {}) as JsonObject

function transformed(state: MapState, children: readonly Child[], usual: string): Json[] {
  const transform = transformations[String(configOf(state).Transformation ?? usual)] as Transformation
  return children.flatMap(transform)
}

/** What the state hands on where the writer only transforms. */
export const resultsOf = (state: MapState, children: readonly Child[]): Json[] =>
  transformed(state, children, 'COMPACT')

const statuses = ['SUCCEEDED', 'FAILED'] as const

/** Writes an object for each status that there is, and then the manifest that names them. */
export async function writeResults(
  frame: Frame,
  state: MapState,
  run: MapRun,
  children: readonly Child[],
): Promise<'blocked'> {
  const { Arguments: query_, Parameters: byPath } = state.ResultWriter as JsonObject
  const place =
    languageOf(frame) === 'JSONata'
      ? await query(frame, query_ ?? {}, 'ResultWriter/Arguments')
      : template(frame, byPath ?? {}, { data: inputOf(frame, state.InputPath) })
  const { Bucket: bucket, Prefix: prefix } = place as JsonObject
  const folder = [prefix, run.arn.split(':').at(-1)].filter(part => part !== undefined && part !== '').join('/')
  const lines = configOf(state).OutputType === 'JSONL'
  const files = statuses.map(status => {
    const results = transformed(
      state,
      children.filter(({ ending }) => ending?.status === status),
      'NONE',
    )
    const body = lines ? results.map(result => `${JSON.stringify(result)}\n`).join('') : JSON.stringify(results)
    return { status, body, key: `${folder}/${status}_0.${lines ? 'jsonl' : 'json'}`, empty: results.length === 0 }
  })
  const listed = (status: string) =>
    files
      .filter(file => file.status === status && !file.empty)
      .map(({ key, body }) => ({ Key: key, Size: Buffer.byteLength(body) }))
  const manifest = {
    DestinationBucket: String(bucket),
    MapRunArn: run.arn,
    ResultFiles: { FAILED: listed('FAILED'), PENDING: [], SUCCEEDED: listed('SUCCEEDED') },
  }
  const key = `${folder}/manifest.json`
  const objects = [...files.filter(({ empty }) => !empty), { key, body: JSON.stringify(manifest) }]
  const wait: WriterWait = {
    on: 'writer',
    id: '',
    objects: objects.map(object => ({ key: object.key, body: object.body })),
    bucket: String(bucket),
    manifest: key,
    run,
  }
  frame.thread.wait = wait
  return put(frame, wait)
}

/** The next object, or the state's result once all are written. */
export function afterWrite(frame: Frame, wait: WriterWait, event: Event): JsonObject | 'blocked' {
  if (event.type === 'task-failed') throw new Failure('States.ResultWriterFailed', event.cause)
  if (event.type !== 'task-succeeded') return 'blocked'
  wait.objects.shift()
  if (wait.objects.length > 0) return put(frame, wait)
  for (const counts of [wait.run.items, wait.run.executions]) counts.resultsWritten = counts.succeeded + counts.failed
  return { MapRunArn: wait.run.arn, ResultWriterDetails: { Bucket: wait.bucket, Key: wait.manifest } }
}

function put({ turn, thread }: Frame, wait: WriterWait): 'blocked' {
  const { key, body } = wait.objects[0] as { key: string; body: string }
  wait.id = newEffectId(turn)
  turn.effects.push({
    kind: 'task',
    id: wait.id,
    token: turn.world.uuid(),
    resource: 'arn:aws:states:::aws-sdk:s3:putObject',
    parameters: { Bucket: wait.bucket, Key: key, Body: body, ContentType: 'application/json' },
    state: thread.at,
  })
  return 'blocked'
}
