import { askerOf } from '../../world/request.ts'
import type { NeedVerdict } from '../report.ts'
import type { Names } from '../short-name.ts'
import { absenceWords, sideWords } from '../words.ts'
import type { Format, Paper } from './paper.ts'
import { sayStatement, sayWitness } from './statements.ts'

const MARKS: Readonly<Record<NeedVerdict['verdict'], readonly [mark: string, format: Format]>> = {
  allowed: ['✓', 'green'],
  denied: ['✗', 'red'],
  depends: ['!', 'yellow'],
  undecided: ['?', 'yellow'],
}

/** How many are allowed, hop by hop, and each with its statements. */
export function sayNeeds(on: Paper, needed: readonly NeedVerdict[], names: Names) {
  on.gap()
  const allowed = needed.filter(({ verdict }) => verdict === 'allowed').length
  on.say(0, `needed and allowed: ${allowed} of ${needed.length}`, 'bold')
  on.say(2, hopsOf(needed), 'dim')
  for (const need of needed) sayNeed(on, need, names)
}

/** `source 5/5, train 4/5` */
export const hopsOf = (needed: readonly NeedVerdict[]): string =>
  Array.from(
    Map.groupBy(needed, ({ access }) => access.hop),
    ([hop, own]) => {
      const allowed = own.filter(({ verdict }) => verdict === 'allowed').length
      return `${hop} ${allowed}/${own.length}`
    },
  ).join(', ')

function sayNeed(on: Paper, need: NeedVerdict, names: Names) {
  const { access, verdict, missing, statements, why, witness } = need
  const [mark, format] = MARKS[verdict]
  const words = verdict === 'allowed' ? '' : `${verdict}: `
  on.mark(
    2,
    mark,
    format,
    `${words}${names.placed(askerOf(access))} ${access.action} on ${names.short(access.resource)}`,
  )
  on.say(6, `needed by ${access.step}: ${access.because}`)
  if (why !== undefined) on.say(6, `why: ${why}`)
  for (const each of missing) {
    on.say(6, `missing in the ${sideWords(each.side)}: ${each.why}`)
    if (each.cure !== undefined) on.say(6, `cure: ${each.cure}`)
  }
  if (verdict !== 'allowed') {
    on.say(6, `so: ${absenceWords(need)}`)
    sayWitness(on, 6, 'such as', witness, names)
  }
  for (const each of statements) sayStatement(on, 6, each)
}
