import { parseTemplate } from '../language/template.ts'
import { toCode } from '../language/wildcard.ts'
import { keysOf } from './clause.ts'
import type { Knowledge } from './knowledge.ts'

/**
 * What a resource pattern of a policy comes to when some condition keys are known: a code; everything; nothing, as a variable is known to have
 * no value; or `open`, as it depends on what is not known. `wide` is then a code that takes at least as much.
 */
export type ResourcePattern =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'everything' }
  | { readonly kind: 'unresolved' }
  | { readonly kind: 'open'; readonly keys: readonly string[]; readonly wide: string | undefined }

/** Of no name on AWS: for a value that is not known. */
const STAND_IN = '\ue0ff'

export function resourcePattern(pattern: string, variables: boolean, knowledge: Knowledge): ResourcePattern {
  if (/^\*+$/.test(pattern)) return { kind: 'everything' }
  const template = parseTemplate(pattern, { variables, wildcards: true })
  if (template.fixed !== undefined) return { kind: 'code', code: template.fixed }
  const keys = keysOf(template)
  if (keys.every(key => knowledge.isKnown(key))) {
    const code = template.resolve(knowledge.context)
    return code === undefined ? { kind: 'unresolved' } : { kind: 'code', code }
  }
  // A value could hold a colon, so only in the last field does a wildcard take at least as much.
  const inLastField = pattern.slice(0, pattern.indexOf('${')).split(':').length >= 6
  const wide = template.resolve({ get: key => (knowledge.isKnown(key) ? knowledge.context.get(key) : [STAND_IN]) })
  return { kind: 'open', keys, wide: inLastField ? wide?.replaceAll(STAND_IN, toCode('*')) : undefined }
}
