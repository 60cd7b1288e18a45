import { createHash } from 'node:crypto'
import { own } from '../../../../engine/index.ts'
import { isObject, type Json, sameJson } from '../language/json.ts'

export interface Chance {
  uuid(): string
  /** In [0, 1). */
  random(): number
}

type Intrinsic = (args: Json[], chance: Chance) => Json

/** Thrown with what was wrong; the caller adds which function and where. */
export class IntrinsicError extends Error {}

const wrong = (message: string): never => {
  throw new IntrinsicError(message)
}
const string = (value: Json | undefined): string =>
  typeof value === 'string' ? value : wrong(`expected a string, got ${JSON.stringify(value)}`)
const array = (value: Json | undefined): Json[] =>
  Array.isArray(value) ? value : wrong(`expected an array, got ${JSON.stringify(value)}`)
/** AWS rounds a number that is not an integer to the nearest one. */
const integer = (value: Json | undefined): number =>
  typeof value === 'number' ? Math.round(value) : wrong(`expected an integer, got ${JSON.stringify(value)}`)
const count = (args: Json[], low: number, high = low): void => {
  if (args.length < low || args.length > high)
    wrong(`expected ${low === high ? low : `${low} to ${high}`} arguments, got ${args.length}`)
}

const exactly =
  (length: number, run: Intrinsic): Intrinsic =>
  (args, chance) => {
    count(args, length)
    return run(args, chance)
  }

const algorithms: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

export const hash = (data: Json, algorithm: string): string => {
  const name =
    own(algorithms, algorithm) ??
    wrong(`the algorithm ${algorithm} is not one of ${Object.keys(algorithms).join(', ')}`)
  return createHash(name)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex')
}

export const range = (start: number, end: number, step: number): number[] => {
  if (step === 0) wrong('the step must not be 0')
  const length = Math.max(0, Math.floor((end - start) / step) + 1)
  if (length > 1000) wrong('the range must not contain more than 1000 items')
  return Array.from({ length }, (_, index) => start + index * step)
}

export const partition = (list: Json[], size: number): Json[][] => {
  if (size <= 0) wrong('the chunk size must be a positive integer')
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}

/** A seed gives the same number each time (mulberry32); AWS's own generator is not published. */
export const seeded = (seed: number): number => {
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296
}

const withoutEscapes = (text: string) => text.replace(/\\([{}\\])/g, '$1')

function format(template: string, values: Json[]): string {
  const parts = template.split(/(?<!\\)\{\}/)
  if (parts.length - 1 !== values.length)
    wrong(`the number of arguments does not match the occurrences of {} in '${template}'`)
  return parts.map(withoutEscapes).reduce((text, part, index) => text + shown(values[index - 1] as Json) + part)
}

/** AWS shows a value as Java does: `{Arg1=1, Arg2=[]}`. */
const shown = (value: Json): string =>
  Array.isArray(value)
    ? `[${value.map(shown).join(', ')}]`
    : isObject(value)
      ? `{${Object.entries(value)
          .map(([key, item]) => `${key}=${shown(item)}`)
          .join(', ')}}`
      : String(value)

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const intrinsics: Record<string, Intrinsic> = {
  'States.Format': ([template, ...values]) => format(string(template), values),
  'States.StringToJson': args => {
    count(args, 1)
    if (string(args[0]).trim() === '') return null
    try {
      return JSON.parse(string(args[0])) as Json
    } catch {
      return wrong(`'${args[0]}' is not valid JSON`)
    }
  },
  'States.JsonToString': exactly(1, args => JSON.stringify(args[0])),
  'States.Array': args => args,
  'States.ArrayPartition': exactly(2, args => partition(array(args[0]), integer(args[1]))),
  'States.ArrayContains': exactly(2, args => array(args[0]).some(item => sameJson(item, args[1] as Json))),
  'States.ArrayRange': exactly(3, args => range(integer(args[0]), integer(args[1]), integer(args[2]))),
  'States.ArrayGetItem': args => {
    count(args, 2)
    const item = array(args[0])[integer(args[1])]
    return item === undefined ? wrong(`the index ${args[1]} is out of bounds`) : item
  },
  'States.ArrayLength': exactly(1, args => array(args[0]).length),
  'States.ArrayUnique': args => {
    count(args, 1)
    const unique: Json[] = []
    for (const item of array(args[0])) if (!unique.some(known => sameJson(known, item))) unique.push(item)
    return unique
  },
  'States.Base64Encode': exactly(1, args => Buffer.from(string(args[0])).toString('base64')),
  'States.Base64Decode': exactly(1, args => Buffer.from(string(args[0]), 'base64').toString()),
  'States.Hash': exactly(2, args => hash(args[0] as Json, string(args[1]))),
  'States.JsonMerge': args => {
    count(args, 3)
    const [first, second, deep] = args as [Json, Json, Json]
    if (deep !== false) wrong('only a shallow merge is supported: the third argument must be false')
    if (!isObject(first) || !isObject(second)) return wrong('both arguments must be objects')
    return { ...first, ...second }
  },
  'States.MathRandom': (args, chance) => {
    count(args, 2, 3)
    const [start, end] = [integer(args[0]), integer(args[1])]
    const share = args[2] === undefined ? chance.random() : seeded(integer(args[2]))
    return start + Math.floor(share * (end - start))
  },
  'States.MathAdd': exactly(2, args => integer(args[0]) + integer(args[1])),
  'States.StringSplit': args => {
    count(args, 2)
    const separators = new Set(string(args[1]))
    const parts: string[] = ['']
    for (const char of string(args[0]))
      if (separators.has(char)) parts.push('')
      else parts[parts.length - 1] += char
    return parts.filter(part => part !== '')
  },
  'States.UUID': exactly(0, (_args, chance) => chance.uuid()),
}
