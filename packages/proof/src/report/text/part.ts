import type { Severity } from '../../source/finding.ts'
import type { Report } from '../report.ts'
import type { Format, Paper } from './paper.ts'

export const MARKS: Readonly<Record<Severity, readonly [mark: string, format: Format]>> = {
  error: ['✗', 'red'],
  warning: ['!', 'yellow'],
  note: ['·', 'cyan'],
}

export const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 }

/** The first of them, which are the worst; the others are counted. `size`: how many of the report's items one stands for. */
export function sayWorst<Item>(
  on: Paper,
  all: readonly Item[],
  most: number,
  say: (item: Item) => void,
  size: (item: Item) => number,
) {
  for (const item of all.slice(0, most)) say(item)
  const left = all.slice(most).reduce((sum, item) => sum + size(item), 0)
  if (left > 0) on.say(2, `… and ${left} more, with --long`, 'dim')
}

/** `a, b, c and 4 more` */
export function few(all: readonly string[], most: number): string {
  const distinct = [...new Set(all)]
  // “and 1 more” is no shorter than what it stands for.
  return distinct.length <= most + 1
    ? distinct.join(', ')
    : `${distinct.slice(0, most).join(', ')} and ${distinct.length - most} more`
}

/** What the other says in place of the one: without the words that both begin and end with. */
export function difference(one: string, other: string): string {
  const [mine, theirs] = [one.split(' '), other.split(' ')]
  const most = Math.min(mine.length, theirs.length)
  let begin = 0
  while (begin < most && mine[begin] === theirs[begin]) begin++
  let end = 0
  while (end < most - begin && mine[mine.length - 1 - end] === theirs[theirs.length - 1 - end]) end++
  return theirs.slice(begin, theirs.length - end).join(' ')
}

/** Each part of the report in a few words. */
export function countsOf({ needed, guards, excess, reach, paths }: Report): string {
  const allowed = needed.filter(({ verdict }) => verdict === 'allowed').length
  const held = guards.filter(({ verdict }) => verdict === 'held').length
  return [
    `needed ${allowed} of ${needed.length}`,
    ...(guards.length === 0 ? [] : [`denied ${held} of ${guards.length}`]),
    `not needed ${excess.length}`,
    `reachable ${reach.length}`,
    `paths ${paths.length}`,
  ].join(' · ')
}
