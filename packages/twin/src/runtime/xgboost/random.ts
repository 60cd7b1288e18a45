/** A seeded generator (xorshift128 over a splitmix seed): equal seeds give equal models. */
export type Random = () => number

export const seeded = (seed: number): Random => {
  let s = (seed ^ 0x9e3779b9) >>> 0
  const next = () => {
    s = (s + 0x9e3779b9) >>> 0
    let z = s
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let [a, b, c, d] = [next(), next(), next(), next() | 1]
  return () => {
    let t = a ^ (a << 11)
    t ^= t >>> 8
    a = b
    b = c
    c = d
    d = (d ^ (d >>> 19) ^ t) >>> 0
    return d / 4294967296
  }
}

/** `count` of the items, without replacement, in their old order. */
export const sample = <T>(items: readonly T[], count: number, random: Random): T[] => {
  if (count >= items.length) return [...items]
  const chosen: T[] = []
  let needed = count
  for (const [index, item] of items.entries()) {
    if (random() * (items.length - index) < needed) {
      chosen.push(item)
      needed--
    }
  }
  return chosen
}
