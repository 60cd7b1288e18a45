import { readFileSync } from 'node:fs'
import { entryOf } from './value.ts'

/** As `build/references.ts` wrote it down from CloudFormation's own resource types. */
interface References {
  readonly arns: readonly string[]
  readonly names: Readonly<Record<string, string>>
}

const file = new URL('../generated/references.json', import.meta.url)
let read: { arns: ReadonlySet<string>; names: References['names'] } | undefined

function references() {
  if (read) return read
  const { arns, names } = JSON.parse(readFileSync(file, 'utf8')) as References
  read = { arns: new Set(arns), names }
  return read
}

/** `Ref` gives the ARN of such a resource, not its name. */
export const isReferredByArn = (type: string): boolean => references().arns.has(type)

/** The property that names it, where that is not `Name` or its type with `Name`. */
export const namingProperty = (type: string): string | undefined => entryOf(references().names, type)
