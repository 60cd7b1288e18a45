import { type Bindings, isAnything, sameText } from './placeholder.ts'
import { isObject, type Json, parsed } from './scenario.ts'

export interface Difference {
  path: string
  expected: Json | undefined
  actual: Json | undefined
}

/** Members that follow from how long the names were in AWS's account. */
const varying = new Set(['Content-Length'])

/** Where an answer is not AWS's. Nothing is left out: a member too many is a difference as well. */
export function differences(expected: Json, actual: Json, path: string, bindings: Bindings): Difference[] {
  if (isAnything(expected)) return []
  if (typeof expected === 'string' && typeof actual === 'string') {
    if (sameText(expected, actual, bindings) || isAnything(parsed(expected))) return []
    return [{ path, expected, actual }]
  }
  // The recorder shows most JSON text as the value that it is.
  const known = typeof expected === 'string' ? parsed(expected) : expected
  const found = typeof actual === 'string' ? parsed(actual) : actual
  if (Array.isArray(known) && Array.isArray(found)) return ofArrays(known, found, path, bindings)
  if (isObject(known) && isObject(found)) return ofObjects(known, found, path, bindings)
  if (typeof known === 'string' && isObject(found) && sameText(known, JSON.stringify(found), bindings)) return []
  return known === found ? [] : [{ path, expected, actual }]
}

function ofArrays(expected: Json[], actual: Json[], path: string, bindings: Bindings): Difference[] {
  const longer = Math.max(expected.length, actual.length)
  return Array.from({ length: longer }, (_, index) => {
    const [known, found, place] = [expected[index], actual[index], `${path}[${index}]`]
    if (known === undefined || found === undefined) return [{ path: place, expected: known, actual: found }]
    return differences(known, found, place, bindings)
  }).flat()
}

type Members = { [key: string]: Json }

function ofObjects(expected: Members, actual: Members, path: string, bindings: Bindings): Difference[] {
  const keyOf = (key: string) =>
    key in expected ? key : (Object.keys(expected).find(known => sameText(known, key, bindings)) ?? key)
  const found = new Map(Object.entries(actual).map(([key, value]) => [keyOf(key), value]))
  return [...new Set([...Object.keys(expected), ...found.keys()])].flatMap(key => {
    const [known, value, place] = [expected[key], found.get(key), `${path}.${key}`]
    if (known === undefined || value === undefined) return [{ path: place, expected: known, actual: value }]
    return varying.has(key) ? [] : differences(known, value, place, bindings)
  })
}
