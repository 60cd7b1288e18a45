import { invalidPattern } from './errors.ts'
import { type Matcher, matcherOf } from './matcher.ts'

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export type Pattern = (event: Json | undefined) => boolean

/** Parses and checks once; the result decides in memory. Throws InvalidEventPatternException. */
export function parsePattern(text: string): Pattern {
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidPattern('Filter is not valid JSON')
  }
  if (!isObject(value)) throw invalidPattern('Filter is not an object')
  if (Object.keys(value).length === 0) throw invalidPattern('Empty pattern is not allowed')
  return objectPattern(value, '')
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function objectPattern(value: { [key: string]: Json }, path: string): Pattern {
  const fields = Object.entries(value).map(([name, inner]): Pattern => {
    if (name === '$or' && Array.isArray(inner) && inner.length > 1 && inner.every(isObject)) {
      const choices = inner.map(choice => objectPattern(choice, path))
      return event => choices.some(choice => choice(event))
    }
    const decide = fieldPattern(inner, path === '' ? name : `${path}.${name}`, name)
    return event => decide(isObject(event) ? event[name] : undefined)
  })
  return event => fields.every(field => field(event))
}

function fieldPattern(value: Json, path: string, name: string): Pattern {
  if (isObject(value)) {
    if (Object.keys(value).length === 0) throw invalidPattern('Empty objects are not allowed')
    const inner = objectPattern(value, path)
    // Fields inside an array's object are matched within one element.
    return event => (Array.isArray(event) && event.length > 0 ? event.some(inner) : inner(event))
  }
  if (!Array.isArray(value)) throw invalidPattern(`"${name}" must be an object or an array`)
  if (value.length === 0) throw invalidPattern('Empty arrays are not allowed')
  const matchers = value.map(matcherOf)
  return event => matchers.some(matcher => someValue(matcher, event))
}

const someValue = (matcher: Matcher, event: Json | undefined): boolean => {
  if (!Array.isArray(event)) return matcher(isObject(event) ? undefined : event)
  return event.length === 0 ? matcher(undefined) : event.some(element => someValue(matcher, element))
}
