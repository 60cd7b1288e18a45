import { allowsNoMore } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import type { Finding } from '../source/finding.ts'
import type { Comparisons } from './compared.ts'
import { administrationPart, keyOf, policyOf } from './reference.ts'
import type { Tally } from './tally.ts'

/**
 * What administrators have to keep. A key whose policy nobody may change can only be rescued by AWS's support:
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 */
export function administrationFindings(needs: Needs, compared: Comparisons, tally: Tally): Finding[] {
  return needs.administration.flatMap(kept => {
    const pair = compared.get(keyOf({ side: 'key', owner: kept.owner }))
    if (!pair || pair.lack.verdict === 'proved') return []
    const mine = pair.written.map(({ policy }) => policy)
    const lost = kept.actions.filter(action => {
      const { owner, side, statement } = administrationPart({ ...kept, actions: [action] })
      const question = `administrators of ${kept.account} keep ${action}`
      return tally.asked(question, allowsNoMore([policyOf(side, owner, [statement])], mine)).verdict !== 'proved'
    })
    if (lost.length === 0) return []
    return [
      {
        code: 'administration-lost',
        severity: 'error',
        message: `the key policy of ${kept.owner} does not leave ${lost.join(', ')} to the administrators of ${kept.account}`,
        consequence: 'the key can no longer be administered in full',
        cure: `allow arn:aws:iam::${kept.account}:root ${lost.join(', ')} on the key`,
        page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
        ...(pair.written[0] ? { spot: pair.written[0].spot } : {}),
      },
    ]
  })
}
