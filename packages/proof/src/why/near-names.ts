import { edits } from '../source/nearest.ts'

/** What somebody may have meant: the names that differ least, at most three, and none that differs in most of it. */
export function nearNames(word: string, names: readonly string[]): string[] {
  const wanted = word.toLowerCase().slice(0, LONGEST)
  return [...new Set(names)]
    .toSorted()
    .map(name => ({ name, distance: distanceOf(wanted, name.toLowerCase().slice(0, LONGEST)) }))
    .filter(({ distance }) => distance < 1)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

const LONGEST = 100

/** The share of letters to change, in the whole name or in a part of it; who holds the word as it is comes first. */
function distanceOf(word: string, name: string): number {
  if (name.includes(word)) return 0
  return Math.min(...[name, ...name.split('-')].map(part => shareOf(word, part)))
}

function shareOf(word: string, name: string): number {
  const longest = Math.max(word.length, name.length)
  const most = Math.floor(longest / 3)
  const count = edits(word, name, most + 1)
  return count <= most ? count / longest : 1
}
