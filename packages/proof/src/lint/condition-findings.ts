import { isConditionKey, isService, nearestConditionKey } from '../catalogue/catalogue.ts'
import type { Finding } from '../source/finding.ts'
import { below } from '../source/spot.ts'
import type { WrittenPolicy } from '../world/world.ts'
import { statementsOf } from './entry.ts'

/** A key that no request has: the condition holds never, or, where it is negated, always. */
export function conditionFindings(written: WrittenPolicy): Finding[] {
  return statementsOf(written).flatMap(({ statement, spot }) =>
    Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).flatMap((key): Finding[] => {
        const prefix = key.slice(0, key.indexOf(':')).toLowerCase()
        // Keys of identity providers have names of their own: accounts.google.com:aud, saml:sub.
        if (prefix === '' || prefix === 'saml' || prefix.includes('.') || prefix.includes('/')) return []
        if ((!isService(prefix) && prefix !== 'aws') || isConditionKey(key)) return []
        const meant = nearestConditionKey(key)
        return [
          {
            code: 'unknown-condition-key',
            severity: 'warning',
            message: `${key} is not a condition key of ${prefix}`,
            consequence: /Not|IfExists$/.test(operator)
              ? `no request has it, so ${operator} always holds`
              : `no request has it, so ${operator} never holds`,
            cure: meant === undefined ? 'look the key up' : `write ${meant}`,
            page: 'https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html',
            spot: below(spot, 'Condition', operator, key),
          },
        ]
      }),
    ),
  )
}
