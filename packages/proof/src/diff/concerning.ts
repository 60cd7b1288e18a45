import type { Policy, Statement } from '@tripoint/iam'
import { arnsOverlap, overlap } from '../catalogue/overlap.ts'

/** Only the statements that can have a say in an action on a resource, both of which may be patterns: the others are many. */
export const concerning = (policies: readonly Policy[], action: string, resource: string | undefined): Policy[] =>
  policies.map(policy => ({
    ...policy,
    document: {
      ...policy.document,
      Statement: policy.document.Statement.filter(each => isAbout(each, action.toLowerCase(), resource)),
    },
  }))

const isAbout = ({ Action, Resource }: Statement, action: string, resource: string | undefined): boolean =>
  (Action?.some(pattern => overlap(pattern.toLowerCase(), action)) ?? true) &&
  (resource === undefined ||
    (Resource?.some(pattern => pattern.includes('${') || arnsOverlap(pattern, resource)) ?? true))
