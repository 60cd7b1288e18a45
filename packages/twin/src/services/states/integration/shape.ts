import { NormalizedSchema } from '@smithy/core/schema'
import { isObject, type Json } from '../asl/index.ts'

/** `[9, namespace, name, traits, input, output]`: how the SDK's clients describe an operation. */
type OperationSchema = [9, string, string, unknown, unknown, unknown]

export interface OperationShape {
  name: string
  input: NormalizedSchema
  output: NormalizedSchema
}

/** `createTrainingJob` in the client's module, or undefined: there is no such operation. */
export function operationShape(module: object, api: string): OperationShape | undefined {
  const name = api.charAt(0).toUpperCase() + api.slice(1)
  const found = Object.entries(module).find(([key]) => key.toLowerCase() === `${name.toLowerCase()}$`)?.[1] as
    | OperationSchema
    | undefined
  if (!Array.isArray(found) || found[0] !== 9) return undefined
  return {
    name: found[2],
    input: NormalizedSchema.of(found[4] as never),
    output: NormalizedSchema.of(found[5] as never),
  }
}

const bare = (name: string) => name.toLowerCase()

/** A member that the operation does not have: AWS refuses the parameters. */
export class UnknownMember extends Error {}

/**
 * From Step Functions' spelling (PascalCase, JSON values) to the client's (its own member names, dates, bytes).
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function toInput(value: Json, schema: NormalizedSchema): unknown {
  if (value === null) return undefined
  if (schema.isStructSchema()) {
    if (!isObject(value)) return value
    const members = new Map([...schema.structIterator()].map(([name, member]) => [bare(name), { name, member }]))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const known = members.get(bare(key))
        if (known === undefined) throw new UnknownMember(key)
        return [known.name, toInput(item, known.member)]
      }),
    )
  }
  if (schema.isListSchema())
    return Array.isArray(value) ? value.map(item => toInput(item, schema.getValueSchema())) : value
  if (schema.isMapSchema())
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toInput(item, schema.getValueSchema())]))
      : value
  if (schema.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : String(value))
  if (schema.isBlobSchema()) return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  // A string member takes an object as its JSON text.
  if (schema.isStringSchema() && typeof value === 'object') return JSON.stringify(value)
  return value
}

/** What a state sees of an answer; `time` says how it sees a date. */
export function toResult(value: unknown, schema: NormalizedSchema, time: (date: Date) => Json): Json {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return time(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (schema.isStructSchema()) {
    const entries: [string, Json][] = []
    for (const [name, member] of schema.structIterator()) {
      const item = (value as Record<string, unknown>)[name]
      if (item !== undefined && item !== null)
        entries.push([name.charAt(0).toUpperCase() + name.slice(1), toResult(item, member, time)])
    }
    return Object.fromEntries(entries)
  }
  if (schema.isListSchema() && Array.isArray(value))
    return value.map(item => toResult(item, schema.getValueSchema(), time))
  if (schema.isMapSchema() && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, toResult(item, schema.getValueSchema(), time)]),
    )
  return JSON.parse(JSON.stringify(value)) as Json
}
