import { askerOf } from '../../world/request.ts'
import { needCure } from '../problem.ts'
import type { NeedVerdict, Report } from '../report.ts'
import { needSeverity } from '../severity.ts'
import { absenceWords, count, sideWords } from '../words.ts'
import type { Brevity } from './brevity.ts'
import { hopsOf } from './needs.ts'
import type { Paper } from './paper.ts'
import { few, MARKS, RANKS, sayWorst } from './part.ts'

const MOST = 12
const MOST_ACTIONS = 12
const FEW_ACTIONS = 5

/** What is not allowed, by what would heal it. */
export function sayBriefNeeds(on: Paper, { needed, findings }: Report, brief: Brevity) {
  const wrong = needed.filter(({ verdict }) => verdict !== 'allowed')
  if (wrong.length === 0) return
  on.gap()
  on.say(0, `needed and allowed: ${needed.length - wrong.length} of ${needed.length}`, 'bold')
  on.say(2, hopsOf(needed), 'dim')
  const absent = (arn: string) =>
    findings.some(({ code, message }) => code === 'role-not-made' && message.includes(`${arn}, which no template`))
  const causes = Map.groupBy(wrong, need => {
    const gone = [askerOf(need.access), need.access.resource].find(absent)
    return gone ?? JSON.stringify([need.verdict, askerOf(need.access), whysOf(need)])
  })
  const groups = [...causes].toSorted(([, one], [, other]) => rank(one) - rank(other) || other.length - one.length)
  sayWorst(
    on,
    groups,
    MOST,
    ([cause, own]) => {
      if (!absent(cause)) sayCause(on, own, brief)
      else sayAbsent(on, cause, own, brief)
    },
    ([, own]) => own.length,
  )
}

const STAKES: Readonly<Record<NeedVerdict['access']['absence']['does'], number>> = {
  'never-starts': 0,
  'stops-at': 0,
  'times-out': 1,
  'only-on': 2,
  degrades: 3,
}

const rank = (own: readonly NeedVerdict[]): number =>
  Math.min(
    ...own.map(
      need => 100 * RANKS[needSeverity(need)] + (need.verdict === 'denied' ? 0 : 10) + STAKES[need.access.absence.does],
    ),
  )

/** Without what is said of one need only, so that those that lack the same read the same. */
const alike = (text: string, { access }: NeedVerdict): string =>
  text
    .replace(` in an identity policy of ${askerOf(access)}`, ' there')
    .replaceAll(` on ${access.resource}`, '')
    .replace(/ on (arn:[^\s,]+|\*)/g, '')
    .replaceAll(access.action, 'it')
    .replace(/^Allow/, 'allow')
    .replace(/\.$/, '')

const whysOf = (need: NeedVerdict): readonly string[] => [
  ...(need.why === undefined ? [] : [`why: ${alike(need.why, need)}`]),
  ...need.missing.map(({ side, why, cure }) => `missing in the ${sideWords(side)}: ${alike(cure ?? why, need)}`),
]

function sayCause(on: Paper, own: readonly NeedVerdict[], brief: Brevity) {
  const need = own[0]!
  const [mark, format] = need.verdict === 'undecided' ? (['?', 'yellow'] as const) : MARKS[needSeverity(need)]
  const things = new Set(own.map(({ access }) => access.resource))
  const where = things.size === 1 ? brief.short(need.access.resource) : `${things.size} resources`
  const who = brief.placed(askerOf(need.access))
  on.mark(2, mark, format, `${need.verdict}: ${who} ${actionsOf(own, MOST_ACTIONS)} on ${where}${filesOf(own, brief)}`)
  for (const why of whysOf(need)) on.say(6, brief.words(why))
  saySo(on, own)
  // What is missing is said as what is to be written.
  if (need.missing.every(({ cure }) => cure === undefined)) on.say(6, `cure: ${needCure(need)}`)
}

function sayAbsent(on: Paper, arn: string, own: readonly NeedVerdict[], brief: Brevity) {
  on.mark(2, '✗', 'red', `denied: ${brief.placed(arn)}: no template makes it (role-not-made)`)
  const its = own.filter(({ access }) => askerOf(access) === arn)
  const steps = few(
    own.map(({ access }) => access.step),
    3,
  )
  on.say(6, `${count(own.length, 'need')} of ${steps}: ${actionsOf(its.length > 0 ? its : own, FEW_ACTIONS)}`)
  saySo(on, own)
}

const actionsOf = (own: readonly NeedVerdict[], most: number): string =>
  few(
    own.map(({ access }) => access.action),
    most,
  )

function filesOf(own: readonly NeedVerdict[], brief: Brevity): string {
  const where = brief.files(
    own.map(({ place }) => place),
    3,
  )
  return where === '' ? '' : ` (${where})`
}

/** What each kind of absence does, by the first of its kind. */
function saySo(on: Paper, own: readonly NeedVerdict[]) {
  const kinds = Map.groupBy(
    own.toSorted((one, other) => STAKES[one.access.absence.does] - STAKES[other.access.absence.does]),
    ({ access }) => access.absence.does,
  )
  const words = [...kinds.values()].map(same => {
    const steps = new Set(same.map(({ access }) => access.absence.step ?? access.step)).size - 1
    const first = same[0]!
    // That the error names the action is no news.
    const seen = absenceWords(first).replace(` with “${first.access.action}”`, '')
    return `${seen}${steps > 0 ? `, and so ${count(steps, 'more step')}` : ''}`
  })
  on.say(6, `so: ${words.join('; ')}`)
}
