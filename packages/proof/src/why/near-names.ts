/** What somebody may have meant: the names that differ least, at most three, and none that differs in most of it. */
export function nearNames(word: string, names: readonly string[]): string[] {
  const wanted = word.toLowerCase().slice(0, LONGEST)
  return [...new Set(names)]
    .map(name => ({ name, distance: distanceOf(wanted, name.toLowerCase().slice(0, LONGEST)) }))
    .filter(({ distance }) => distance < 1)
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
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
  const edits = editsBetween(word, name)
  return edits <= longest / 3 ? edits / longest : 1
}

function editsBetween(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row++) {
    const now = [row]
    for (let at = 1; at <= b.length; at++) {
      const replaced = before[at - 1]! + (a[row - 1] === b[at - 1] ? 0 : 1)
      now.push(Math.min(replaced, before[at]! + 1, now[at - 1]! + 1))
    }
    before = now
  }
  return before[b.length]!
}
