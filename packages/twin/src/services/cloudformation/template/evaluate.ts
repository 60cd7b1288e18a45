import { notImplemented, own } from '../../../engine/index.ts'
import { templateError } from './errors.ts'
import { functions } from './functions.ts'
import type { Json, JsonObject } from './json.ts'
import type { Scope } from './scope.ts'

/** AWS::NoValue: the property, list item or output is as if it were not written. */
const nothing = Symbol('AWS::NoValue')

/** The single key of `{"Fn::Join": …}`, if the object is a function call. */
export function callOf(value: JsonObject): [string, Json] | undefined {
  const entries = Object.entries(value)
  const [name, argument] = entries[0] ?? []
  if (entries.length !== 1 || name === undefined || argument === undefined) return undefined
  return name === 'Ref' || name.startsWith('Fn::') ? [name, argument] : undefined
}

function reference(name: Json, scope: Scope): Json | typeof nothing {
  if (typeof name !== 'string') throw templateError('All Ref values must be strings')
  return name === 'AWS::NoValue' ? nothing : scope.ref(name)
}

function attribute(argument: Json, scope: Scope): Json {
  const [id, name] = typeof argument === 'string' ? split(argument) : Array.isArray(argument) ? argument : []
  const path = name === undefined ? undefined : evaluate(name, scope)
  if (typeof id !== 'string' || typeof path !== 'string') {
    throw templateError(
      'Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    )
  }
  return scope.attribute(id, path)
}

const split = (path: string) => [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)]

function choose(argument: Json, scope: Scope): Json | typeof nothing {
  if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string') {
    throw templateError(
      'Fn::If requires a list argument with three elements, the first of which is the name of a condition',
    )
  }
  return walk(argument[scope.condition(argument[0]) ? 1 : 2] ?? null, scope)
}

function walk(value: Json, scope: Scope): Json | typeof nothing {
  if (typeof value === 'string') return plain(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => walk(item, scope)).filter(item => item !== nothing)
  const call = callOf(value)
  if (call === undefined) {
    const members = Object.entries(value).map(([key, member]) => [key, walk(member, scope)] as const)
    return Object.fromEntries(members.filter(([, member]) => member !== nothing)) as JsonObject
  }
  const [name, argument] = call
  if (name === 'Ref') return reference(argument, scope)
  if (name === 'Fn::GetAtt') return attribute(argument, scope)
  if (name === 'Fn::If') return choose(argument, scope)
  const compute = own(functions, name)
  if (compute === undefined) throw unknownFunction(name)
  return compute(argument, scope, item => evaluate(item, scope))
}

const missing = ['Fn::Transform', 'Fn::ForEach', 'Fn::GetStackOutput']

export const unknownFunction = (name: string) =>
  missing.includes(name) || name.startsWith('Fn::ForEach::')
    ? notImplemented(`CloudFormation's ${name}`)
    : templateError(`Encountered unsupported function: ${name}`)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
function plain(text: string): string {
  const [reference] = /\{\{resolve:[^}]*\}\}/.exec(text) ?? []
  if (reference !== undefined) throw notImplemented(`the dynamic reference ${reference}`)
  return text
}

/** The value with every function resolved; AWS::NoValue in the place of the whole value is null. */
export function evaluate(value: Json, scope: Scope): Json {
  const result = walk(value, scope)
  return result === nothing ? null : result
}

/** The value with every Fn::If decided, and nothing else: what is left is what the value depends on. */
export function prune(value: Json, condition: (name: string) => boolean): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => prune(item, condition))
  const call = callOf(value)
  if (call?.[0] === 'Fn::If' && Array.isArray(call[1]) && typeof call[1][0] === 'string') {
    return prune(call[1][condition(call[1][0]) ? 1 : 2] ?? null, condition)
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, prune(member, condition)]))
}
