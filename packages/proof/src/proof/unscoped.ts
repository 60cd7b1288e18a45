import { principalText } from '@tripoint/pipeline'
import { needsStar } from '../catalogue/catalogue.ts'
import type { Need } from '../needs/need.ts'
import type { Unscoped } from '../report/report.ts'

/** The needs on `*`, each with the reason why no resource can be named. */
export function unscopedOf(list: readonly Need[]): Unscoped[] {
  const wide = list.filter(({ access }) => access.resource === '*').map(({ access }) => access)
  return [...Map.groupBy(wide, ({ action }) => action)].map(([action, own]) => {
    const keys = [...new Set(own.flatMap(({ conditions }) => Object.values(conditions ?? {}).flatMap(Object.keys)))]
    const limit = keys.length > 0 ? `, and a condition on ${keys.join(', ')} limits it` : ''
    return {
      action,
      principals: own.map(({ principal }) => principalText(principal)),
      why: `${needsStar(action) ? 'AWS knows no resource for it' : 'what it is about has no ARN'}${limit}`,
    }
  })
}
