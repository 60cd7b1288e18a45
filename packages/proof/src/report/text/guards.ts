import type { GuardVerdict } from '../report.ts'
import type { Names } from '../short-name.ts'
import { conditionWords } from '../words.ts'
import type { Format, Paper } from './paper.ts'
import { sayStatement, sayWitness } from './statements.ts'

const MARKS: Readonly<Record<GuardVerdict['verdict'], readonly [mark: string, format: Format]>> = {
  held: ['✓', 'green'],
  open: ['✗', 'red'],
  undecided: ['?', 'yellow'],
}

/** What has to be denied, whoever asks. */
export function sayGuards(on: Paper, guards: readonly GuardVerdict[], names: Names) {
  if (guards.length === 0) return
  on.gap()
  const held = guards.filter(({ verdict }) => verdict === 'held').length
  on.say(0, `needed and denied: ${held} of ${guards.length}`, 'bold')
  for (const { guard, verdict, statements, witness, harm, why } of guards) {
    const [mark, format] = MARKS[verdict]
    on.mark(
      2,
      mark,
      format,
      `${verdict === 'held' ? '' : `${verdict}: `}${guard.id}: ${names.short(guard.owner)} denies ${guard.action} where ${conditionWords(guard.conditions)}`,
    )
    on.say(6, `needed because ${guard.because}`)
    if (why !== undefined) on.say(6, `why: ${why}`)
    sayWitness(
      on,
      6,
      harm === 'latent' ? 'would let through, if somebody were allowed it' : 'lets through',
      witness,
      names,
    )
    for (const each of statements) sayStatement(on, 6, each)
  }
}
