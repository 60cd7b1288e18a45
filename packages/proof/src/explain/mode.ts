import type { Definition } from '@tripoint/pipeline'
import type { Facts } from './facts.ts'

/** Where a failure is cured: a policy of whom, or none at all, because a service's own rule refuses. */
export type CureSide =
  | 'identity'
  | 'pass-role'
  | 'resource'
  | 'key'
  | 'trust'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'endpoint'
  | 'rule'

/** A way in which pipelines across accounts are known to fail. */
export interface Mode {
  /** stable, in kebab-case */
  readonly id: string
  /** of those that are known by number */
  readonly number?: `F${number}`
  readonly title: string
  /** AWS's words, `…` for what differs: one of them is enough */
  readonly says?: readonly string[]
  /** between an opening and its close: an entry of a list */
  readonly within?: readonly (readonly [open: string, inside: string, close: string])[]
  /** words that others have too: it may be this */
  readonly hints?: readonly string[]
  /** words with which it is something else */
  readonly unless?: readonly string[]
  /** told by who did what rather than by words */
  readonly when?: (facts: Facts) => boolean
  /** something that is not allowed is to be allowed: an explicit Deny, a boundary or an organization's policy is another matter */
  readonly grants?: true
  readonly cause: string
  readonly sides: readonly CureSide[]
  readonly cure: string
  readonly pages: readonly string[]
  /** where people met it */
  readonly met?: readonly string[]
  /** what it is about, where the text names no action */
  readonly actions?: readonly string[]
  /** about this line, where no entry of the access list tells */
  readonly here?: (line: Definition) => string
}

const issue = (path: string) => `https://github.com/${path}`
export const issues = (...paths: readonly string[]): string[] => paths.map(issue)
export const docs = (...paths: readonly string[]): string[] => paths.map(path => `https://docs.aws.amazon.com/${path}`)
