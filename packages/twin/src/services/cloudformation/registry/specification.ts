import { readFileSync } from 'node:fs'
import { own } from '../../../engine/index.ts'

/** One type as `build/resource-types.ts` wrote it down. */
export interface Specification {
  /** The primary identifier: the custom name, where it is one of the properties. */
  identifier: string[]
  /** `Tags standard`: the property that takes tags, and how. */
  tags?: string
  attributes: string[]
  /** `[string] required replaces` */
  properties: Record<string, string>
  definitions: Record<string, Record<string, string>>
}

const file = new URL('../../../generated/resource-types.json', import.meta.url)

const { types, known } = JSON.parse(readFileSync(file, 'utf8')) as {
  types: Record<string, Specification>
  known: string[]
}

export const specification = (type: string): Specification | undefined => own(types, type)

/** Whether the name is a slip: its service is described here, and has no such type. */
export const isMisspelt = (type: string) => {
  const service = type.split('::').slice(0, 2).join('::')
  const described = Object.keys(types).some(name => name.startsWith(`${service}::`))
  return described && own(types, type) === undefined && !known.includes(type)
}

export interface PropertyKind {
  kinds: string[]
  required: boolean
  replaces: 'yes' | 'maybe' | 'no'
}

export function readProperty(text: string): PropertyKind {
  const [types = '', ...flags] = text.split(' ')
  return {
    kinds: types.split('|'),
    required: flags.includes('required'),
    replaces: flags.includes('replaces') ? 'yes' : flags.includes('may-replace') ? 'maybe' : 'no',
  }
}
