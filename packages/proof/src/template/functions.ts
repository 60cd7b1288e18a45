import type { Path } from '../source/spot.ts'
import { cidr } from './cidr.ts'
import type { Resolve, Scope } from './scope.ts'
import { pieces } from './substitution.ts'
import { hasPlaceholder, isObject, isScalar, member, placeholder } from './value.ts'

export const INTRINSICS =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html'

type Compute = (argument: unknown, at: Path, scope: Scope, resolve: Resolve) => unknown

/** Longer than any property may be; a text made of texts made of texts would outgrow the memory. */
const LONGEST = 200_000

const page = (name: string) => INTRINSICS.replace('.html', `-${name.slice('Fn::'.length).toLowerCase()}.html`)

/** The function is used wrongly: said once, and a placeholder stands in its place. */
function misused(name: string, expected: string, at: Path, scope: Scope): string {
  scope.report(
    {
      code: 'malformed-intrinsic',
      severity: 'error',
      message: `${name} needs ${expected}`,
      consequence: 'CloudFormation refuses the template; a placeholder stands in its place here',
      cure: `write ${name} as its page says`,
      page: page(name),
    },
    at,
  )
  return placeholder(`${scope.site.stack}.${name.replace('::', '-')}`)
}

function joined(parts: readonly string[], delimiter: string, name: string, at: Path, scope: Scope): string {
  const size = parts.reduce((sum, part) => sum + part.length + delimiter.length, 0)
  return size > LONGEST
    ? misused(name, `no more than ${LONGEST} characters as its result`, at, scope)
    : parts.join(delimiter)
}

const resolvedItems = (argument: unknown, at: Path, resolve: Resolve): unknown[] =>
  Array.isArray(argument) ? argument.map((item, index) => resolve(item, [...at, index])) : []

const join: Compute = (argument, at, scope, resolve) => {
  const [delimiter, given] = resolvedItems(argument, at, resolve)
  // A parameter that is a list of its own may not be known: its placeholder is then its only item.
  const items = typeof given === 'string' && hasPlaceholder(given) ? [given] : given
  if (typeof delimiter !== 'string' || !Array.isArray(items) || !items.every(isScalar)) {
    return misused('Fn::Join', 'a delimiter and a list of strings: [",", [a, b]]', at, scope)
  }
  return joined(items.map(String), delimiter, 'Fn::Join', at, scope)
}

const select: Compute = (argument, at, scope, resolve) => {
  const [first, list] = resolvedItems(argument, at, resolve)
  const index = Number(first)
  const items = typeof list === 'string' && hasPlaceholder(list) ? [list] : list
  if (!Array.isArray(items) || !Number.isInteger(index)) {
    return hasPlaceholder(first)
      ? placeholder(`${scope.site.stack}.Select`)
      : misused('Fn::Select', 'an index and a list: [0, [a, b]]', at, scope)
  }
  const item: unknown = items[index]
  if (item !== undefined) return item
  const unknown = items.find(hasPlaceholder)
  if (unknown !== undefined) return placeholder(`${String(unknown).replace(/[<>]/g, '')}.${index}`)
  return misused('Fn::Select', `an index from 0 to ${items.length - 1}, and has ${String(first)}`, at, scope)
}

const split: Compute = (argument, at, scope, resolve) => {
  const [delimiter, text] = resolvedItems(argument, at, resolve)
  if (typeof delimiter !== 'string' || delimiter === '' || !isScalar(text)) {
    return [misused('Fn::Split', 'a delimiter and a string: [",", "a,b"]', at, scope)]
  }
  return hasPlaceholder(text) && /^<[^<>]*>$/.test(String(text)) ? [text] : String(text).split(delimiter)
}

const sub: Compute = (argument, at, scope, resolve) => {
  const [pattern, given = {}] = Array.isArray(argument) ? (argument as unknown[]) : [argument]
  if (typeof pattern !== 'string' || !isObject(given)) {
    return misused('Fn::Sub', 'a string, or a string and an object of its variables', at, scope)
  }
  const parts = pieces(pattern).map(piece => {
    if ('text' in piece) return piece.text
    const own = member(given, piece.name)
    const value = own === undefined ? named(piece.name, at, scope) : resolve(own, [...at, 1, piece.name])
    return isScalar(value) ? String(value) : misused('Fn::Sub', `a string as the value of \${${piece.name}}`, at, scope)
  })
  return joined(parts, '', 'Fn::Sub', at, scope)
}

function named(name: string, at: Path, scope: Scope): unknown {
  const dot = name.indexOf('.')
  return dot < 0 ? scope.ref(name, at) : scope.attribute(name.slice(0, dot), name.slice(dot + 1), at)
}

const getAtt: Compute = (argument, at, scope, resolve) => {
  const [id, ...names] = typeof argument === 'string' ? argument.split('.') : resolvedItems(argument, at, resolve)
  if (typeof id !== 'string' || names.length === 0 || !names.every(isScalar)) {
    return misused('Fn::GetAtt', 'a resource and an attribute: [Bucket, Arn]', at, scope)
  }
  return scope.attribute(id, names.join('.'), at)
}

const findInMap: Compute = (argument, at, scope, resolve) => {
  const [map, top, second, options] = resolvedItems(argument, at, resolve)
  if (![map, top, second].every(isScalar)) {
    return misused('Fn::FindInMap', 'a map, a first and a second key: [Map, a, b]', at, scope)
  }
  const found = member(member(scope.mapping(String(map)), String(top)), String(second))
  if (found !== undefined) return found
  const preset = member(options, 'DefaultValue')
  if (preset !== undefined) return preset
  if ([map, top, second].some(hasPlaceholder))
    return placeholder(`${String(map)}.${String(second)}`.replace(/[<>]/g, ''))
  return misused('Fn::FindInMap', `a map that has ${String(map)}.${String(top)}.${String(second)}`, at, scope)
}

const base64: Compute = (argument, at, scope, resolve) => {
  const value = resolve(argument, at)
  return isScalar(value) ? Buffer.from(String(value)).toString('base64') : misused('Fn::Base64', 'a string', at, scope)
}

const importValue: Compute = (argument, at, scope, resolve) => {
  const name = resolve(argument, at)
  return isScalar(name) ? scope.imported(String(name), at) : misused('Fn::ImportValue', 'a name', at, scope)
}

const zones: Compute = (argument, at, scope, resolve) => {
  const region = resolve(argument, at)
  const name = typeof region === 'string' && region !== '' ? region : scope.site.region
  return ['a', 'b', 'c'].map(zone => `${name}${zone}`)
}

const blocks: Compute = (argument, at, scope, resolve) => {
  const resolved = resolve(argument, at)
  const found = cidr(resolved)
  if (found) return found
  const count = Number(Array.isArray(resolved) ? resolved[1] : undefined)
  if (!hasPlaceholder(resolved)) misused('Fn::Cidr', 'an IPv4 block, a count and a number of bits', at, scope)
  const name = placeholder(`${scope.site.stack}.Cidr`)
  return Array.from({ length: Number.isInteger(count) && count > 0 && count <= 256 ? count : 1 }, () => name)
}

const length: Compute = (argument, at, scope, resolve) => {
  const list = resolve(argument, at)
  return Array.isArray(list) ? list.length : misused('Fn::Length', 'a list', at, scope)
}

export const functions: Readonly<Record<string, Compute>> = {
  'Fn::Base64': base64,
  'Fn::Cidr': blocks,
  'Fn::FindInMap': findInMap,
  'Fn::GetAtt': getAtt,
  'Fn::GetAZs': zones,
  'Fn::ImportValue': importValue,
  'Fn::Join': join,
  'Fn::Length': length,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': sub,
  'Fn::ToJsonString': (argument, at, _scope, resolve) => JSON.stringify(resolve(argument, at) ?? null),
}
