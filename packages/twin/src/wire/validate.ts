import type { NormalizedSchema } from '@smithy/core/schema'
import { AwsError } from '../engine/aws-error.ts'
import type { Operation } from './service.ts'

/** What the readers let pass: a string where a number belongs, a required member that is not there. */
export const validate = ({ input }: Operation, value: unknown): void => {
  if (input.isUnitSchema()) return
  if (value === null || value === undefined) throw new AwsError('MalformedInput', 'The input must be a structure.')
  const missing: string[] = []
  walk(input, value, '', missing)
  if (missing.length === 0) return
  const findings = missing.map(path => `Value null at '${path}' failed to satisfy constraint: Member must not be null`)
  const count = `${findings.length} validation error${findings.length > 1 ? 's' : ''} detected`
  throw new AwsError('ValidationError', `${count}: ${findings.join('; ')}`)
}

type Test = (schema: NormalizedSchema, value: unknown) => boolean

const TESTS: [is: (schema: NormalizedSchema) => boolean, name: string, test: Test][] = [
  [
    s => s.isStringSchema(),
    'a string of Unicode characters',
    (_, v) => (typeof v === 'string' || v instanceof String) && v.isWellFormed(),
  ],
  [s => s.isBooleanSchema(), 'a boolean', (_, v) => typeof v === 'boolean'],
  [s => s.isNumericSchema(), 'a number', (_, v) => typeof v === 'number' && !Number.isNaN(v)],
  [s => s.isTimestampSchema(), 'a timestamp', (_, v) => v instanceof Date && !Number.isNaN(v.getTime())],
  [s => s.isBlobSchema(), 'a blob', (s, v) => s.isStreaming() || v instanceof Uint8Array],
  [s => s.isListSchema(), 'a list', (_, v) => Array.isArray(v)],
  [s => s.isMapSchema() || s.isStructSchema(), 'a structure', (_, v) => typeof v === 'object' && !Array.isArray(v)],
]

const walk = (schema: NormalizedSchema, value: unknown, path: string, missing: string[]): void => {
  if (value === null || value === undefined) return
  const kind = TESTS.find(([is]) => is(schema))
  if (kind === undefined) return
  const [, name, test] = kind
  if (!test(schema, value))
    throw new AwsError('MalformedInput', `${path === '' ? 'The input' : `'${path}'`} must be ${name}.`)
  if (schema.isListSchema()) {
    const member = schema.getValueSchema()
    ;(value as unknown[]).forEach((item, index) => {
      walk(member, item, `${path}.${index + 1}.member`, missing)
    })
  } else if (schema.isMapSchema()) {
    const member = schema.getValueSchema()
    for (const [key, item] of Object.entries(value)) walk(member, item, `${path}.${key}.member`, missing)
  } else if (schema.isStructSchema() && !schema.isStreaming())
    walkStructure(schema, value as Record<string, unknown>, path, missing)
}

const walkStructure = (
  schema: NormalizedSchema,
  value: Record<string, unknown>,
  path: string,
  missing: string[],
): void => {
  const shape = schema.getSchema()
  // The first so many members of a shape are the required ones; a union's sixth entry is none.
  const required = Array.isArray(shape) && !schema.isUnionSchema() ? Number(shape[6] ?? 0) : 0
  let index = 0
  for (const [name, member] of schema.structIterator()) {
    const at = `${path === '' ? '' : `${path}.`}${name[0]!.toLowerCase()}${name.slice(1)}`
    if (index++ < required && value[name] == null) missing.push(at)
    walk(member, value[name], at, missing)
  }
}
