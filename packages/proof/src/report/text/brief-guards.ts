import type { GuardVerdict } from '../report.ts'
import type { Brevity } from './brevity.ts'
import type { Paper } from './paper.ts'
import { MARKS, sayWorst } from './part.ts'

const MOST = 10

/** What is not denied as it has to be, and what it is for. */
export function sayBriefGuards(on: Paper, guards: readonly GuardVerdict[], brief: Brevity) {
  const open = guards.filter(({ verdict }) => verdict !== 'held')
  if (open.length === 0) return
  on.gap()
  on.say(0, `needed and denied: ${guards.length - open.length} of ${guards.length}`, 'bold')
  const owners = [...Map.groupBy(open, ({ guard }) => guard.owner)]
  for (const [owner, own] of owners) {
    on.say(2, `the policy of ${brief.placed(owner)} does not see to it that:`)
    sayWorst(
      on,
      own,
      MOST,
      ({ guard, verdict, harm, why }) => {
        const [mark, format] =
          verdict === 'undecided' ? (['?', 'yellow'] as const) : MARKS[harm === 'latent' ? 'warning' : 'error']
        const words = `${guard.because} (${guard.id})`
        on.mark(2, mark, format, verdict === 'undecided' ? `not decided: ${words}: ${why ?? ''}` : words)
      },
      () => 1,
    )
  }
}
