import { fillQuery } from '../expression/jsonata.ts'
import { InvalidPath, lookup } from '../expression/path.ts'
import { putAt } from '../expression/reference.ts'
import { callIntrinsic, fillTemplate, type TemplateScope } from '../expression/template.ts'
import { queryFailure, runtimeFailure } from '../language/failure.ts'
import { type Json, type JsonObject, typeName } from '../language/json.ts'
import { contextObject } from './context.ts'
import { type Frame, visibleVariables } from './turn.ts'

/** What a field's expressions see beside variables: filled as the state goes on. */
export interface Sight {
  /** `$` of a path. */
  data: Json
  /** `$states.result`, `$states.errorOutput`. */
  result?: Json
  errorOutput?: Json
  token?: string
  item?: { index: number; value: Json }
}

const scopeOf = (frame: Frame, sight: Sight): TemplateScope => ({
  data: sight.data,
  context: contextObject(frame, sight),
  variables: visibleVariables(frame),
  uuid: frame.turn.world.uuid,
  random: frame.turn.world.random,
})

export const template = (frame: Frame, value: Json, sight: Sight): Json => fillTemplate(value, scopeOf(frame, sight))

export const query = (frame: Frame, value: Json, field: string, sight: Omit<Sight, 'data'> = {}): Promise<Json> =>
  fillQuery(value, field, {
    states: {
      input: frame.thread.input,
      context: contextObject(frame, sight),
      ...(sight.result === undefined ? {} : { result: sight.result }),
      ...(sight.errorOutput === undefined ? {} : { errorOutput: sight.errorOutput }),
    },
    variables: visibleVariables(frame),
    now: frame.turn.world.now,
    uuid: frame.turn.world.uuid,
    random: frame.turn.world.random,
  })

/** A JSONata field that must have a type: a literal of the definition was checked at creation. */
export async function typedQuery<T extends Json>(
  frame: Frame,
  value: Json,
  field: string,
  expected: string,
): Promise<T> {
  const result = await query(frame, value, field)
  const actual = typeName(result)
  if (actual === expected || (expected === 'integer' && Number.isInteger(result))) return result as T
  const source = typeof value === 'string' ? value.slice(2, -2).trim() : JSON.stringify(value)
  throw queryFailure(
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(result)}`,
    field,
  )
}

/** InputPath, OutputPath, ItemsPath and their like. */
export function follow(frame: Frame, path: string, data: Json): Json {
  const found = find(frame, path, data)
  if (found === undefined) throw runtimeFailure(`Invalid path '${path}' : ${missing(path)}`)
  return found
}

export function find(frame: Frame, path: string, data: Json): Json | undefined {
  try {
    return lookup(path, scopeOf(frame, { data }))
  } catch (error) {
    if (error instanceof InvalidPath) throw runtimeFailure(`Invalid path '${path}': ${error.message}`)
    throw error
  }
}

/** A path or, where the field allows it, an intrinsic function (`CausePath`). */
export const followOrCall = (frame: Frame, text: string, field: string, data: Json): Json =>
  text.startsWith('States.') ? callIntrinsic(text, field, scopeOf(frame, { data })) : follow(frame, text, data)

const missing = (path: string) => `No results for path: ${path.replace(/\.([^.[]+)/g, "['$1']")}`

export const inputOf = (frame: Frame, path: string | null | undefined): Json =>
  path === null ? {} : path === undefined ? frame.thread.input : follow(frame, path, frame.thread.input)

export function placeResult(raw: Json, path: string | null | undefined, result: Json): Json {
  if (path === null) return raw
  if (path === undefined || path === '$') return result
  const placed = putAt(raw, path, result)
  if (placed !== undefined) return placed
  throw new ResultPathMismatch(path, raw)
}

export class ResultPathMismatch extends Error {
  readonly path: string
  readonly raw: Json
  constructor(path: string, raw: Json) {
    super(path)
    this.path = path
    this.raw = raw
  }
}

export const outputOf = (frame: Frame, path: string | null | undefined, data: Json): Json =>
  path === null ? {} : path === undefined ? data : follow(frame, path, data)

export type Assigned = Record<string, Json>

export const assignByPath = (frame: Frame, assign: JsonObject | undefined, sight: Sight): Assigned =>
  assign === undefined ? {} : (template(frame, assign, sight) as Assigned)

export const assignByQuery = async (
  frame: Frame,
  assign: JsonObject | undefined,
  sight: Omit<Sight, 'data'>,
): Promise<Assigned> => (assign === undefined ? {} : ((await query(frame, assign, 'Assign', sight)) as Assigned))
