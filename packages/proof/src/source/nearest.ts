/** What was probably meant: the least edits away, and no more than a third of its length. */
export function nearest(wrong: string, known: Iterable<string>): string | undefined {
  const text = wrong.toLowerCase()
  let best: string | undefined
  let least = Math.max(1, Math.floor(text.length / 3)) + 1
  for (const name of known) {
    if (Math.abs(name.length - text.length) >= least) continue
    const distance = edits(text, name.toLowerCase(), least)
    if (distance < least) [best, least] = [name, distance]
  }
  return best
}

/** Levenshtein's distance, or `limit` where it is no less. */
export function edits(from: string, to: string, limit: number): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    let least = i
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1
      const value = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost)
      next.push(value)
      least = Math.min(least, value)
    }
    if (least >= limit) return limit
    row = next
  }
  return row[to.length]!
}
