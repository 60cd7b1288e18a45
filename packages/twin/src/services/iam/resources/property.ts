import { notImplemented } from '../../../engine/index.ts'
import type { Properties } from '../../../gate/index.ts'

/** A policy is written as an object, or as its text. */
export const documentOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

export const textOf = (value: unknown) => (value === undefined ? undefined : String(value))

export const namesOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

export const tagsOf = (value: unknown) => (Array.isArray(value) ? (value as { Key: string; Value: string }[]) : [])

export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What is in the one list and not in the other. */
export const without = (list: readonly string[], other: readonly string[]) => list.filter(item => !other.includes(item))

export function refuse(type: string, properties: Properties, names: readonly string[]) {
  const found = names.find(
    name => properties[name] !== undefined && !(Array.isArray(properties[name]) && properties[name].length === 0),
  )
  if (found !== undefined) throw notImplemented(`the property ${found} of ${type}`)
}
