import { BlockList, isIP } from 'node:net'
import { own } from '../../engine/index.ts'
import { invalidPattern } from './errors.ts'

type Scalar = null | boolean | number | string
type Value = Scalar | Value[] | { [key: string]: Value }

/** `undefined`: the event has no such field. */
export type Matcher = (value: Scalar | undefined) => boolean

export const matcherOf = (value: Value): Matcher => {
  if (value === null || typeof value !== 'object') return event => event === value
  const [entry, ...more] = Object.entries(value)
  if (Array.isArray(value) || entry === undefined || more.length > 0) {
    throw invalidPattern(
      Array.isArray(value)
        ? 'Match value must be String, number, true, false, or null'
        : 'Only one key allowed in match expression',
    )
  }
  const make = own(matchers, entry[0])
  if (make === undefined) throw invalidPattern(`Unrecognized match type ${entry[0]}`)
  return make(entry[1])
}

const text = (value: Value, type: string): string => {
  if (typeof value !== 'string') throw invalidPattern(`${type} match pattern must be a string`)
  return value
}

const onText =
  (test: (event: string) => boolean): Matcher =>
  event =>
    typeof event === 'string' && test(event)

const ignoringCase = (value: Value): string | undefined =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  typeof value['equals-ignore-case'] === 'string'
    ? value['equals-ignore-case'].toLowerCase()
    : undefined

const affix =
  (type: 'prefix' | 'suffix') =>
  (value: Value): Matcher => {
    const has = (event: string, part: string) => (type === 'prefix' ? event.startsWith(part) : event.endsWith(part))
    const folded = ignoringCase(value)
    if (folded !== undefined) return onText(event => has(event.toLowerCase(), folded))
    const part = text(value, type)
    return onText(event => has(event, part))
  }

const equalsIgnoreCase = (value: Value): Matcher => {
  const folded = text(value, 'equals-ignore-case').toLowerCase()
  return onText(event => event.toLowerCase() === folded)
}

/** `*` is any run of characters; `\*` and `\\` are themselves. Greedy parts, no backtracking, so no slow pattern. */
const wildcard = (value: Value): Matcher => {
  const source = text(value, 'wildcard')
  if (/(?<!\\)(?:\\\\)*\*\*/.test(source)) throw invalidPattern('Consecutive wildcard characters are not allowed')
  const parts = ['']
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '*') parts.push('')
    else {
      if (source[at] === '\\') at++
      parts[parts.length - 1] += source[at] ?? ''
    }
  }
  const [first = '', ...rest] = parts
  const last = rest.pop()
  return onText(event => {
    if (last === undefined) return event === first
    if (!event.startsWith(first) || event.length < first.length + last.length || !event.endsWith(last)) return false
    let from = first.length
    for (const part of rest) {
      const found = event.indexOf(part, from)
      if (found < 0 || found + part.length > event.length - last.length) return false
      from = found + part.length
    }
    return true
  })
}

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

const numeric = (value: Value): Matcher => {
  if (!Array.isArray(value) || value.length === 0 || value.length > 4 || value.length % 2 !== 0) {
    throw invalidPattern('Value of numeric must be an array of one or two comparisons')
  }
  const tests: ((event: number) => boolean)[] = []
  for (let at = 0; at < value.length; at += 2) {
    const compare = own(comparisons, String(value[at]))
    const bound = value[at + 1]
    if (compare === undefined) throw invalidPattern(`Unrecognized numeric range operator: ${String(value[at])}`)
    if (typeof bound !== 'number') throw invalidPattern('Value of a numeric range operator must be a number')
    tests.push(event => compare(event, bound))
  }
  return event => typeof event === 'number' && tests.every(test => test(event))
}

const exists = (value: Value): Matcher => {
  if (typeof value !== 'boolean') throw invalidPattern('exists match pattern must be either true or false.')
  return event => (event !== undefined) === value
}

const cidr = (value: Value): Matcher => {
  const [address = '', bits = ''] = text(value, 'cidr').split('/')
  const family = isIP(address)
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    throw invalidPattern(`Malformed CIDR, ${String(value)}`)
  const block = new BlockList()
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return onText(event => isIP(event) === family && block.check(event, family === 4 ? 'ipv4' : 'ipv6'))
}

/** Of one value, several, or several affixes: true of a field that is there and matches none of them. */
const anythingBut = (value: Value): Matcher => {
  const listed = (inner: Value, make: (one: Value) => Matcher) => (Array.isArray(inner) ? inner : [inner]).map(make)
  const refused = (): Matcher[] => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return listed(value, matcherOf)
    const [[type, inner] = ['', null]] = Object.entries(value)
    const make = own(refusable, type)
    if (make === undefined) throw invalidPattern(`Unsupported anything-but pattern: ${type}`)
    return listed(inner, make)
  }
  const none = refused()
  if (none.length === 0) throw invalidPattern('Empty arrays are not allowed')
  return event => event !== undefined && !none.some(matcher => matcher(event))
}

const refusable: Record<string, (value: Value) => Matcher> = {
  prefix: affix('prefix'),
  suffix: affix('suffix'),
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
}

const matchers: Record<string, (value: Value) => Matcher> = {
  ...refusable,
  'anything-but': anythingBut,
  numeric,
  exists,
  cidr,
}
