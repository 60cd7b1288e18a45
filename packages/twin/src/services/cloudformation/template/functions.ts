import { cidr } from './cidr.ts'
import { templateError } from './errors.ts'
import { isObject, type Json } from './json.ts'
import type { Compute, Resolve, Scope } from './scope.ts'
import { subParts } from './substitution.ts'

const scalar = (value: Json | undefined): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const joinWords =
  'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.'

const join: Compute = (argument, _scope, resolve) => {
  const [delimiter, list] = Array.isArray(argument) && argument.length === 2 ? argument : []
  const items = list === undefined ? undefined : resolve(list)
  if (typeof delimiter !== 'string' || !Array.isArray(items) || !items.every(scalar)) throw templateError(joinWords)
  return items.map(String).join(delimiter)
}

const select: Compute = (argument, _scope, resolve) => {
  const [first, second] = Array.isArray(argument) && argument.length === 2 ? argument.map(resolve) : []
  const index = Number(first)
  if (!Number.isInteger(index) || !Array.isArray(second)) {
    throw templateError('Fn::Select requires a list argument with two elements: an integer index and a list')
  }
  const item = second[index]
  if (item === undefined || item === null)
    throw templateError(`Fn::Select cannot select nonexistent value at index ${index}`)
  return item
}

const split: Compute = (argument, _scope, resolve) => {
  const [delimiter, source] = Array.isArray(argument) && argument.length === 2 ? argument.map(resolve) : []
  if (typeof delimiter !== 'string' || typeof source !== 'string') {
    throw templateError(
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    )
  }
  return source.split(delimiter)
}

const findInMap: Compute = (argument, scope, resolve) => {
  const [map, top, second] = Array.isArray(argument) && argument.length >= 3 ? argument.map(resolve) : []
  if (!scalar(map) || !scalar(top) || !scalar(second)) {
    throw templateError(
      'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    )
  }
  const mapping = scope.mappings[String(map)]
  if (mapping === undefined) {
    throw templateError(`Mapping named '${map}' is not present in the 'Mappings' section of template.`)
  }
  const entry = mapping[String(top)]
  const value = isObject(entry) ? entry[String(second)] : undefined
  if (value === undefined) throw templateError(`Unable to get mapping for ${map}::${top}::${second}`)
  return value
}

const base64: Compute = (argument, _scope, resolve) => {
  const value = resolve(argument)
  if (!scalar(value)) throw templateError('every Fn::Base64 object must have a String-typed value.')
  return Buffer.from(String(value)).toString('base64')
}

const sub: Compute = (argument, scope, resolve) => {
  const [pattern, given] = Array.isArray(argument) ? argument : [argument, {}]
  if (typeof pattern !== 'string' || !isObject(given)) {
    throw templateError(
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    )
  }
  return subParts(pattern)
    .map(part =>
      part.literal === undefined ? printed(part.name, variable(part.name, given, scope, resolve)) : part.literal,
    )
    .join('')
}

function variable(name: string, given: Record<string, Json>, scope: Scope, resolve: Resolve): Json {
  if (given[name] !== undefined) return resolve(given[name])
  const dot = name.indexOf('.')
  return dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1))
}

function printed(name: string, value: Json): string {
  if (!scalar(value)) throw templateError(`Fn::Sub: the value of \${${name}} is not a string`)
  return String(value)
}

const importValue: Compute = (argument, scope, resolve) => {
  const name = resolve(argument)
  if (!scalar(name)) throw templateError('the attribute in Fn::ImportValue must be a string')
  return scope.imported(String(name))
}

const zones: Compute = (argument, scope, resolve) => {
  const region = resolve(argument)
  if (typeof region !== 'string') throw templateError('Fn::GetAZs requires the name of a region')
  return scope.zones(region)
}

const length: Compute = (argument, _scope, resolve) => {
  const list = resolve(argument)
  if (!Array.isArray(list)) throw templateError('Fn::Length requires a list')
  return list.length
}

/** Fn::If, Fn::GetAtt and Ref may yield AWS::NoValue or a resource: they are evaluate's own. */
export const functions: Record<string, Compute> = {
  'Fn::Base64': base64,
  'Fn::Cidr': (argument, _scope, resolve) => cidr(resolve(argument)),
  'Fn::FindInMap': findInMap,
  'Fn::GetAZs': zones,
  'Fn::ImportValue': importValue,
  'Fn::Join': join,
  'Fn::Length': length,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': sub,
  'Fn::ToJsonString': (argument, _scope, resolve) => JSON.stringify(resolve(argument)),
}
