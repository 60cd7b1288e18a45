import { actionsMatching, isAction, nearestAction, resourceTypesOf } from '../catalogue/catalogue.ts'
import { arnsOverlap } from '../catalogue/overlap.ts'

export type NamedAction =
  | { readonly name: string; readonly notes: readonly string[] }
  | { readonly problem: string; readonly cure: string }

/** One action, as AWS spells it. */
export function actionNamed(word: string): NamedAction {
  if (/[*?]/.test(word))
    return { problem: `${word} is many actions`, cure: 'ask about one: each may be decided in another way' }
  if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(word))
    return { problem: `${word} is no action`, cure: 'write SERVICE:Action, such as kms:Decrypt' }
  if (isAction(word)) return { name: actionsMatching(word)[0] ?? word, notes: [] }
  const near = nearestAction(word).filter(name => !/[*?]/.test(name))
  if (near.length > 0)
    return { problem: `AWS has no action ${word}; near it: ${near.join(', ')}`, cure: 'name one of these' }
  return { name: word, notes: [`AWS's reference of actions does not have ${word}`] }
}

/** `s3:GetObject` is about objects, and not about their bucket. */
export function misfit(action: string, resource: string): string[] {
  const types = resourceTypesOf(action)
  if (resource === '*' || types.length === 0 || types.some(({ arn }) => arnsOverlap(arn, resource))) return []
  const about = types.map(({ name, arn }) => `${name} (${arn.replaceAll('~', '*')})`).join(' or ')
  return [`${action} is asked about: ${about}; ${resource} is none of these`]
}
