import { specification } from '../registry/index.ts'
import { isObject } from '../template/index.ts'

export const tagProperty = (type: string) => specification(type)?.tags?.split(' ')[0]

/** The stack's tags reach every resource whose type takes tags; the resource's own win. */
export function withStackTags(
  type: string,
  properties: Record<string, unknown>,
  tags: Record<string, string>,
): Record<string, unknown> {
  const [name, variant] = specification(type)?.tags?.split(' ') ?? []
  if (name === undefined || Object.keys(tags).length === 0) return properties
  const own = properties[name]
  if (variant === 'map')
    return { ...properties, [name]: { ...tags, ...(isObject(own as never) ? (own as object) : {}) } }
  const list = Array.isArray(own) ? (own as Record<string, unknown>[]) : []
  const key = keyOf(type, name)
  const value = key === 'Key' ? 'Value' : 'value'
  const added = Object.entries(tags).filter(([tag]) => !list.some(item => item[key] === tag))
  return { ...properties, [name]: [...list, ...added.map(([tag, text]) => ({ [key]: tag, [value]: text }))] }
}

/** Most tags are Key and Value; some older types write them small. */
function keyOf(type: string, property: string) {
  const text = specification(type)?.properties[property] ?? ''
  const [, definition] = /^\[#(\w+)\]/.exec(text) ?? []
  const members = definition === undefined ? undefined : specification(type)?.definitions[definition]
  return members !== undefined && 'key' in members ? 'key' : 'Key'
}
