import { AwsError, notImplemented } from '../../../engine/index.ts'
import type { ResourceType } from '../../../gate/index.ts'
import { isMisspelt, specification } from './specification.ts'

/** The types that stacks may be made of. */
export interface Registry {
  get(type: string): ResourceType | undefined
  names(): string[]
  attributes(type: string): readonly string[] | undefined
  /** Throws CloudFormation's complaint about types that do not exist, and our own about those that we lack. */
  check(types: Iterable<string>): void
}

export function registry(types: readonly ResourceType[]): Registry {
  const byName = new Map<string, ResourceType>(types.map(type => [type.type, type]))
  return {
    get: type => byName.get(type),
    names: () => [...byName.keys()].sort(),
    attributes: type => specification(type)?.attributes,
    check(used) {
      const unknown = [...new Set(used)].filter(type => !byName.has(type))
      const [gap] = unknown.filter(type => /^(AWS|Custom)::/.test(type) && !isMisspelt(type))
      if (gap !== undefined) throw notImplemented(`the resource type ${gap}`)
      if (unknown.length > 0) {
        throw new AwsError(
          'ValidationError',
          `Template format error: Unrecognized resource types: [${unknown.join(', ')}]`,
        )
      }
    },
  }
}
