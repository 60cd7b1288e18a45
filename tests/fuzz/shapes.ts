/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies */
import { archive } from './archives.ts'
import type { Chance } from './chance.ts'
import { documentFor } from './documents.ts'
import type { Schema } from './sdk.ts'
import type { World } from './world.ts'

export interface Making {
  from: Chance
  world: World
  words: Map<string, string[]>
  /** Whether what is there may be named: not in a request that would take it away. */
  known: boolean
  /** Names that every object of the language has, where a table is asked for what a caller wrote. */
  inherited?: boolean
}

const inheritedNames: readonly string[] = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

const strings: readonly string[] = [
  '',
  ' ',
  'a',
  'x'.repeat(300),
  'y'.repeat(5000),
  '../../etc/passwd',
  '..',
  '.',
  '/',
  '//',
  '\0',
  'a\0b',
  '\r\nX: y',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '*',
  '?',
  '${aws:username}',
  '{{resolve:x}}',
  '$.a',
  '%',
  '%2e%2e%2f',
  '\u{1f600}',
  '\u202e',
  '￿',
  'é',
  'NaN',
  '-1',
  '0',
  '1e999',
  'true',
  'null',
  '{}',
  '[]',
  'arn:aws:',
  'arn:aws:iam::111111111111:role/',
  'arn:aws:s3:::',
  'arn:aws:lambda:us-east-1:111111111111:function:x:y:z',
  'arn:aws:kms:us-east-1:111111111111:key/..',
  'arn:aws:states:us-east-1:111111111111:stateMachine:x',
  's3://a/b',
  's3://',
  'https://',
  'http://[',
  'refs/heads/../x',
  'HEAD',
  '-flag',
  '--upload-pack=x',
  'a:b:c:d:e:f:g',
]
const numbers: readonly number[] = [0, 1, -1, 2, 5, 10, 100, 1000, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e21, 0.5]
const times: readonly number[] = [0, 1, 1_700_000_000_000, 8.64e15, -8.64e15, 4e12]

/** A value of the schema's shape: often what is there, often what no service expects. */
export function valueFor(schema: Schema, name: string, making: Making, depth = 0): unknown {
  const { from } = making
  if (schema.isStructSchema()) return structure(schema, name, making, depth)
  if (schema.isListSchema()) {
    const count = depth > 6 ? 0 : from.pick([0, 1, 1, 1, 2, 3])
    return Array.from({ length: count }, () =>
      valueFor(schema.getValueSchema(), name.replace(/s$/, ''), making, depth + 1),
    )
  }
  if (schema.isMapSchema()) {
    const count = depth > 6 ? 0 : from.pick([0, 1, 1, 2])
    const keys = Array.from({ length: count }, () => text('mapkey', making) || 'k')
    return Object.fromEntries(keys.map(key => [key, valueFor(schema.getValueSchema(), name, making, depth + 1)]))
  }
  if (schema.isBooleanSchema()) return from.once(2)
  if (schema.isNumericSchema())
    return schema.isBigIntegerSchema() ? BigInt(from.below(1e9)) : from.once(3) ? from.below(1000) : from.pick(numbers)
  if (schema.isTimestampSchema()) return new Date(from.pick(times))
  if (schema.isBlobSchema()) return bytes(name, making)
  if (schema.isDocumentSchema()) return { a: [1, { b: null }] }
  return text(name, making)
}

function structure(schema: Schema, _name: string, making: Making, depth: number): object {
  const { from } = making
  const shape = schema.getSchema()
  const union = schema.isUnionSchema()
  const required = Array.isArray(shape) && !union ? Number(shape[6] ?? 0) : 0
  const members = [...schema.structIterator()]
  const chosen =
    union && members.length > 0
      ? [from.pick(members)]
      : members.filter((_, at) => at < required || (depth < 6 && from.once(members.length > 12 ? 6 : 3)))
  const value: Record<string, unknown> = {}
  for (const [name, member] of chosen) value[name] = valueFor(member, name, making, depth + 1)
  return value
}

function bytes(name: string, making: Making): Buffer {
  const { from, world } = making
  const member = name.toLowerCase()
  if (member === 'zipfile') return archive(from)
  if (member === 'ciphertextblob' && from.once(2)) return Buffer.from(world.names.ciphertextblob?.[0] ?? '', 'base64')
  const written = documentFor(member, from)
  if (written !== undefined) return Buffer.from(written)
  return from.bytes(from.pick([0, 1, 16, 100, 1000]))
}

function text(name: string, { from, world, words, known, inherited = false }: Making): string {
  const member = name.toLowerCase()
  if (inherited && from.once(3)) return from.pick(inheritedNames)
  if (known && from.below(10) < 6) {
    const own =
      member === 'key'
        ? 'objectkey'
        : (Object.keys(world.names).find(end => member === end) ??
          Object.keys(world.names).find(end => member.endsWith(end)))
    if (own !== undefined) return from.pick(world.names[own] ?? [''])
  }
  if (from.below(10) < 8) {
    const written = documentFor(member, from)
    if (written !== undefined) return written
    const listed = words.get(member) ?? words.get(`${member}type`)
    if (listed !== undefined) return from.pick(listed)
  }
  return from.once(4) ? from.text(from.below(40)) : from.pick(strings)
}
