import { deniesNoMore } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import type { Excess } from '../report/report.ts'
import type { Compared } from './compared.ts'
import { quote } from './quoted.ts'
import { smallerPolicy } from './smaller.ts'
import type { Tally } from './tally.ts'

/** Each Deny that goes beyond the guards. */
export function overDenial(needs: Needs, pair: Compared, tally: Tally): Excess[] {
  if (pair.deniesMore.verdict === 'proved') return []
  return pair.written.flatMap(written =>
    written.policy.document.Statement.flatMap((statement, index): Excess[] => {
      if (statement.Effect === 'Allow') return []
      const alone = { ...written.policy, document: { ...written.policy.document, Statement: [statement] } }
      const answer = tally.asked(
        `statement ${index + 1} of ${written.policy.name}: denies nothing else`,
        deniesNoMore([alone], [pair.reference.policy]),
      )
      if (answer.verdict !== 'refuted') return []
      const { witness } = answer
      return [
        {
          statement: quote(written, index),
          kind: 'denies-more',
          what: [`${witness.action} on ${witness.resource}`],
          witness: { ...witness, principal: witness.principal ?? pair.owner },
          harm: 'latent',
          why: 'nobody asked for this to be denied',
          smaller: smallerPolicy(needs, pair.side, pair.owner),
        },
      ]
    }),
  )
}
