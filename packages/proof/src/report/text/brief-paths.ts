import type { EscalationPath } from '../report.ts'
import { pathSeverity } from '../severity.ts'
import { count, moveWords } from '../words.ts'
import type { Brevity } from './brevity.ts'
import type { Paper } from './paper.ts'
import { MARKS, RANKS } from './part.ts'

const MOST = 8

/** The shortest from an account to a thing, those through most accounts first; what one cure heals stands together. */
export function sayBriefPaths(on: Paper, paths: readonly EscalationPath[], brief: Brevity) {
  if (paths.length === 0) return
  on.gap()
  on.say(0, `escalation paths between accounts: ${paths.length}`, 'bold')
  const shortest = [...Map.groupBy(paths, ({ accounts, to }) => `${accounts[0]} ${to}`).values()].map(
    own => own.toSorted(worstFirst)[0]!,
  )
  const shown = shortest
    .toSorted((one, other) => breadth(other) - breadth(one) || worstFirst(one, other))
    .slice(0, MOST)
  // Cures that differ in their places only are one.
  for (const own of Map.groupBy(shown, ({ cure }) => brief.words(cure).replace(PLACE, '')).values()) {
    sayChains(on, own, brief)
    const cures = new Set(own.map(({ cure }) => cure))
    const healed = paths.filter(({ cure }) => cures.has(cure)).length
    const of = healed > own.length ? `, of ${count(healed, 'path')}` : ''
    on.say(6, `cure${of}: ${together([...cures].map(brief.words), brief)}`)
  }
  if (paths.length > shown.length) on.say(2, `… and ${paths.length - shown.length} more, with --long`, 'dim')
}

/** What begins alike is drawn once, and branches. */
function sayChains(on: Paper, own: readonly EscalationPath[], brief: Brevity) {
  const drawn = own.map(path => ({ path, links: chain(path, brief) }))
  for (const same of Map.groupBy(drawn, ({ path }) => path.from).values()) {
    const worst = same.toSorted((one, other) => worstFirst(one.path, other.path))[0]!
    const [mark, format] =
      worst.path.undecided === undefined ? MARKS[pathSeverity(worst.path)] : (['?', 'yellow'] as const)
    if (same.length === 1) {
      on.chain(2, mark, format, worst.links)
      continue
    }
    on.mark(2, mark, format, worst.links[0]!)
    let before: readonly string[] = []
    for (const { links } of same.toSorted((one, other) => (one.links.join() < other.links.join() ? -1 : 1))) {
      let shared = 1
      while (shared < before.length && before[shared] === links[shared]) shared++
      for (const [at, link] of links.entries()) if (at >= shared) on.say(4 + 2 * at, link)
      before = links
    }
  }
}

const PLACE = /([^\s()]+):(\d+)/g

/** Sentences that differ in their places only, as one that has them all. */
function together(all: readonly string[], brief: Brevity): string {
  const places = all.map(each => [...each.matchAll(PLACE)].map(([, file = '', line]) => ({ file, line: Number(line) })))
  let at = -1
  return (all[0] ?? '').replace(PLACE, () => {
    at++
    return brief.files(places.flatMap(each => each[at] ?? []))
  })
}

const breadth = ({ accounts }: EscalationPath): number => new Set(accounts).size

/** Somebody with a name before anybody else: he is a line of a template. */
const worstFirst = (one: EscalationPath, other: EscalationPath): number =>
  RANKS[pathSeverity(one)] - RANKS[pathSeverity(other)] ||
  one.steps.length - other.steps.length ||
  Number(other.from.startsWith('arn:')) - Number(one.from.startsWith('arn:'))

const chain = ({ from, steps }: EscalationPath, brief: Brevity): string[] => [
  brief.words(brief.placed(from)),
  ...steps.map(({ by, to, needed, undecided }) => {
    const note = undecided !== undefined ? ' (not decided)' : needed ? ' (needed)' : ''
    return `──${moveWords(by)}──► ${brief.placed(to)}${note}`
  }),
]
