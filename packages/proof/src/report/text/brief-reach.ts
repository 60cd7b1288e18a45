import type { Reach } from '../report.ts'
import { conditionWords, count, REACH_WORDS, strangerWords } from '../words.ts'
import type { Brevity } from './brevity.ts'
import type { Paper } from './paper.ts'
import { difference, few, sayWorst } from './part.ts'

const MOST = 7
const MOST_PEOPLE = 4
const MOST_THINGS = 4

/** Who is furthest from the line is worst. */
const KIND_RANKS: Readonly<Record<Reach['kind'], number>> = {
  anonymous: 0,
  outside: 1,
  account: 2,
  principal: 3,
  service: 4,
}

/** One for each thing and kind of who; things that the same ones can do the same with are one. */
export function sayBriefReach(on: Paper, reach: readonly Reach[], brief: Brevity) {
  if (reach.length === 0) return
  on.gap()
  on.say(0, `reachable by others: ${reach.length}`, 'bold')
  const perThing = Map.groupBy(reach, each => JSON.stringify([each.kind, each.resource, each.verdict, stakeOf(each)]))
  const alike = Map.groupBy(perThing.values(), own => {
    const { kind, verdict, actions, condition } = own[0]!
    return JSON.stringify([kind, verdict, actions, condition, stakeOf(own[0]!), own.map(({ who }) => who).toSorted()])
  })
  const groups = [...alike.values()].map(each => each.flat())
  sayWorst(
    on,
    groups.toSorted(([one], [other]) => rank(one!) - rank(other!)),
    MOST,
    own => sayGroup(on, own, brief),
    own => own.length,
  )
  on.say(2, 'cure: name only those who need it there, or leave only what they need')
}

const rank = ({ kind, actions }: Reach): number => KIND_RANKS[kind] - Math.min(0.9, actions.length / 1_000)

/** `, who can read data, models and artifacts`: without who and the thing, where it begins and ends with them. */
function stakeOf({ consequence, who, resource, verdict }: Reach): string {
  const [begin, end] = [`${who} can `, ` (${resource})`]
  if (!consequence.startsWith(begin) || !consequence.endsWith(end)) return `: ${consequence}`
  return `, who ${verdict === 'undecided' ? 'may be able to' : 'can'} ${consequence.slice(begin.length, -end.length)}`
}

function sayGroup(on: Paper, own: readonly Reach[], brief: Brevity) {
  const [first] = own as [Reach]
  const undecided = first.verdict === 'undecided'
  const things = own.map(({ resource }) => brief.placed(resource))
  const when = first.condition === undefined ? '' : ` where ${conditionWords(first.condition)}`
  const actions = [...new Set(own.flatMap(each => each.actions))]
  const does = actions.length === 1 ? actions[0] : count(actions.length, 'action')
  on.mark(
    2,
    undecided ? '?' : '✗',
    undecided ? 'yellow' : 'red',
    `${few(things, MOST_THINGS)} by ${whoOf(own, brief)}${brief.words(stakeOf(first))}: ${does}${when}${statementsOf(own, brief)}`,
  )
}

function whoOf(own: readonly Reach[], brief: Brevity): string {
  const [first] = own as [Reach]
  const arns = own.filter(({ who }) => who.startsWith('arn:'))
  if (arns.length === own.length && own.length > 1) {
    const names = arns.map(({ who }) => brief.placed(who))
    return `${few(names, MOST_PEOPLE)} (${REACH_WORDS[first.kind]})`
  }
  const [one = '', ...others] = new Set(own.map(each => brief.words(strangerWords(each, brief))))
  return few([one, ...others.map(other => difference(one, other))], MOST_PEOPLE)
}

/** Where it can be narrowed: at the side that lets in, or at that which gives too much. */
function statementsOf(own: readonly Reach[], brief: Brevity): string {
  const all = own.flatMap(({ statements }) => statements)
  const files = brief.files(
    all.map(({ place }) => place),
    MOST_PEOPLE,
  )
  const [policy = '', ...others] = new Set(all.map(each => brief.words(each.policy)))
  const where = files === '' ? `${policy}${others.length === 0 ? '' : ` and ${others.length} more`}` : files
  return where === '' ? '' : ` (${where})`
}
