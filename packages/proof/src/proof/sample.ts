import type { Access, Conditions } from '@tripoint/pipeline'
import { type Asked, askerOf } from '../world/request.ts'

type Context = Asked['context']

/** A request that the need is about, as a client of today would make it. */
export const sampleOf = (access: Access): Asked => ({
  principal: askerOf(access),
  action: access.action,
  resource: thingOf(access.resource),
  context: { ...TODAY, ...contextOf(access.conditions) },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
export const TODAY: Context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' }

/** What a request may be about by a pattern; `*` is asked about as such. */
export const thingOf = (pattern: string): string => (pattern === '*' ? '*' : filled(pattern))

/** Something that the pattern matches. */
const filled = (pattern: string): string => pattern.replaceAll('*', 'x').replaceAll('?', 'x')

/** What each operator's condition looks like when it holds; undefined: the key is absent. */
const HOLDS: Readonly<Record<string, (value: string) => string | undefined>> = {
  StringLike: filled,
  ArnLike: filled,
  ArnEquals: filled,
  Null: value => (value === 'true' ? undefined : 'x'),
}

export function contextOf(conditions: Conditions | undefined): Context {
  const context: Record<string, string> = {}
  for (const [operator, keys] of Object.entries(conditions ?? {}))
    for (const [key, values] of Object.entries(keys)) {
      const [value = ''] = typeof values === 'string' ? [values] : values
      const held = Object.hasOwn(HOLDS, operator) ? HOLDS[operator]!(value) : value
      if (held !== undefined) context[key] = held
    }
  return context
}

/** Keys do not regard case: what comes later wins, under the name that it had first. */
export function mergedContext(...contexts: readonly Context[]): Context {
  const merged = new Map<string, { readonly key: string; readonly value: string | readonly string[] }>()
  for (const context of contexts)
    for (const [key, value] of Object.entries(context)) {
      const lower = key.toLowerCase()
      merged.set(lower, { key: merged.get(lower)?.key ?? key, value })
    }
  return Object.fromEntries([...merged.values()].map(({ key, value }) => [key, value]))
}
