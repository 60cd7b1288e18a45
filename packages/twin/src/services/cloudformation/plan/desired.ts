import type { Reader } from '../../../engine/index.ts'
import { findExport, type Intent, type Output, type Stack, type StackResource } from '../model/index.ts'
import { checkProperties } from '../registry/index.ts'
import {
  type Blueprint,
  evaluate,
  type Json,
  type JsonObject,
  type Scope,
  validationError,
  type World,
} from '../template/index.ts'
import { withStackTags } from './tags.ts'

/** What references answer now. */
export const worldOf = (
  read: Reader,
  place: Pick<Stack, 'account' | 'region'>,
  find: (id: string) => StackResource | undefined,
): World => ({
  ref: id => find(id)?.physical?.ref,
  attribute: (id, name) => find(id)?.physical?.attributes[name],
  imported: name => findExport(read, place.account, place.region, name)?.value,
})

/** A resource's properties as its type is to get them, with what its schema has against them. */
export function desired(plan: Blueprint, intent: Pick<Intent, 'tags'>, id: string, scope: Scope) {
  const resource = plan.resources[id]
  if (resource === undefined) throw new Error(`no resource ${id}`)
  const resolved = evaluate(resource.properties, scope) as JsonObject
  return checkProperties(resource.type, withStackTags(resource.type, resolved, intent.tags))
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html */
export function outputsOf(plan: Blueprint, scope: Scope): Output[] {
  return Object.entries(plan.outputs).map(([key, output]) => ({
    key,
    value: printed(key, evaluate(output.value, scope)),
    ...(output.description === undefined ? {} : { description: output.description }),
    ...(output.exportName === undefined ? {} : { exportName: printed(key, evaluate(output.exportName, scope)) }),
  }))
}

function printed(key: string, value: Json): string {
  if (typeof value === 'object')
    throw validationError(`Template format error: Output ${key} is malformed. The value must be a string`)
  return String(value)
}
