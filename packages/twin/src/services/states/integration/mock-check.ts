import type { NormalizedSchema } from '@smithy/core/schema'
import { isObject, type Json } from '../asl/index.ts'
import { dynamodbOutput } from './dynamodb-shape.ts'
import { clients, optimisedName } from './sdk-client.ts'
import { operationShape } from './shape.ts'

export type Mode = 'STRICT' | 'PRESENT' | 'NONE'

/**
 * What is wrong with a mocked result, by the API's own output shape; a service that is not here is not checked.
 * https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
 */
export async function mockError(
  resource: { sdk: boolean; service: string; api: string },
  result: Json,
  mode: Mode,
): Promise<string | undefined> {
  if (mode === 'NONE') return undefined
  const output = await outputOf(resource)
  return output === undefined ? undefined : wrong(result, output, 'result', mode)
}

async function outputOf({ sdk, service, api }: { sdk: boolean; service: string; api: string }) {
  if (service === 'dynamodb') return dynamodbOutput(api)
  const client = clients[sdk ? service : (optimisedName[service] ?? service)]
  return client === undefined ? undefined : operationShape(await client.load(), api)?.output
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** The number of required members, which come first: the seventh entry of a structure's schema. */
const requiredCount = (schema: NormalizedSchema) => Number((schema.getSchema() as unknown as unknown[])[6] ?? 0)

function wrong(value: Json, schema: NormalizedSchema, field: string, mode: Mode): string | undefined {
  if (value === null) return undefined
  if (schema.isStructSchema()) {
    if (!isObject(value)) return `Field '${field}' must be an object`
    const members = [...schema.structIterator()]
    const required = mode === 'STRICT' ? members.slice(0, requiredCount(schema)) : []
    const missing = required.find(([name]) => !(capital(name) in value))
    if (missing !== undefined) return `Required field '${capital(missing[0])}' is missing`
    for (const [name, member] of members) {
      const item = value[capital(name)]
      const error = item === undefined ? undefined : wrong(item, member, capital(name), mode)
      if (error !== undefined) return error
    }
    return undefined
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return `Field '${field}' must be an array`
    return first(value.map(item => wrong(item, schema.getValueSchema(), field, mode)))
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) return `Field '${field}' must be an object`
    return first(Object.entries(value).map(([key, item]) => wrong(item, schema.getValueSchema(), key, mode)))
  }
  if (schema.isTimestampSchema() || schema.isStringSchema())
    return typeof value === 'string' ? undefined : `Field '${field}' must be a string`
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? undefined : `Field '${field}' must be a boolean`
  if (schema.isNumericSchema()) return typeof value === 'number' ? undefined : `Field '${field}' must be a number`
  return undefined
}

const first = (errors: (string | undefined)[]) => errors.find(error => error !== undefined)
