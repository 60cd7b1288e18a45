import { own } from '../../../../engine/index.ts'
import { runtimeFailure, StateFailure } from '../language/failure.ts'
import { isObject, type Json, type JsonObject, setKey } from '../language/json.ts'
import { hashOrder } from './hash-order.ts'
import { type Argument, InvalidIntrinsic, parseIntrinsic } from './intrinsic-call.ts'
import { type Chance, IntrinsicError, intrinsics } from './intrinsics.ts'
import { InvalidPath, lookup, type PathScope } from './path.ts'

export interface TemplateScope extends PathScope, Chance {}

/** A JSONPath payload template: a field whose name ends in `.$` holds a path or an intrinsic function. */
export function fillTemplate(template: Json, scope: TemplateScope): Json {
  if (Array.isArray(template)) return template.map(item => fillTemplate(item, scope))
  if (!isObject(template)) return template
  const filled: JsonObject = {}
  const dynamic: string[] = []
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$')) dynamic.push(key.slice(0, -2))
    else setKey(filled, key, fillTemplate(value, scope))
  }
  for (const name of hashOrder(dynamic))
    setKey(filled, name, evaluateField(`${name}.$`, template[`${name}.$`] as Json, scope))
  return filled
}

function evaluateField(key: string, value: Json, scope: TemplateScope): Json {
  if (typeof value !== 'string') throw runtimeFailure(`The value for the field '${key}' must be a valid JSONPath`)
  if (value.startsWith('States.')) return callIntrinsic(value, key, scope)
  return mustLookup(value, key, scope)
}

/** Recorded on AWS: States.Runtime, naming the path, the field that asked for it, and the whole input. */
function mustLookup(path: string, key: string, scope: TemplateScope): Json {
  let found: Json | undefined
  try {
    found = lookup(path, scope)
  } catch (error) {
    if (error instanceof InvalidPath) throw runtimeFailure(`Invalid path '${path}': ${error.message}`)
    throw error
  }
  if (found !== undefined) return found
  const searched = path.startsWith('$$') ? scope.context : scope.data
  throw runtimeFailure(
    `The JSONPath '${path}' specified for the field '${key}' could not be found in the input '${JSON.stringify(searched)}'`,
  )
}

export function callIntrinsic(text: string, key: string, scope: TemplateScope): Json {
  try {
    return evaluate(parseIntrinsic(text), text, key, scope)
  } catch (error) {
    if (error instanceof StateFailure) throw error
    if (error instanceof IntrinsicError || error instanceof InvalidIntrinsic)
      throw new StateFailure(
        'States.IntrinsicFailure',
        `The function '${text}' had the following error: ${error.message}`,
      )
    throw error
  }
}

function evaluate(argument: Argument, text: string, key: string, scope: TemplateScope): Json {
  if ('value' in argument) return typeof argument.value === 'string' ? plain(argument.value) : argument.value
  if ('path' in argument) return mustLookup(argument.path, key, scope)
  const intrinsic = own(intrinsics, argument.call)
  if (intrinsic === undefined) throw new InvalidIntrinsic(`The function ${argument.call} does not exist`)
  const values = argument.arguments.map((item, index) =>
    argument.call === 'States.Format' && index === 0 && 'value' in item ? item.value : evaluate(item, text, key, scope),
  )
  return intrinsic(values, scope)
}

const plain = (text: string) => text.replace(/\\([{}\\'])/g, '$1')
