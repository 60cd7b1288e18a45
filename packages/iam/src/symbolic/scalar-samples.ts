import { parseRange } from '../language/address.ts'
import { parseMoment, parseNumber } from '../language/scalar.ts'
import { Undecided } from './answer.ts'

/** Texts that together meet every way in which a request's value can compare with the given bounds; the first is of no such type. */
export type Samples = (bounds: readonly string[]) => readonly string[]

/** Each bound, something between each two, something below and above all. */
export const numberSamples: Samples = bounds => {
  const points = pointsOf(bounds, parseNumber)
  const spaced = points.flatMap((point, i) => {
    const next = points[i + 1]
    return next === undefined ? [point] : [point, point / 2 + next / 2]
  })
  const least = points[0] ?? 0
  const most = points.at(-1) ?? 0
  const below = least - 1 < least ? `${least - 1}` : '-1e999'
  const above = most + 1 > most ? `${most + 1}` : '1e999'
  const texts = spaced.map(point => (Number.isFinite(point) ? `${point}` : point > 0 ? '1e999' : '-1e999'))
  return distinctBy(['x', ...texts, above, below], parseNumber)
}

const DAY = 86_400_000

/** Whole milliseconds are written as dates, and fractions of them as seconds, as far as either can be written. */
export const momentSamples: Samples = bounds => {
  const points = pointsOf(bounds, parseMoment)
  const spaced = points.flatMap((point, i) => {
    const next = points[i + 1]
    if (next === undefined) return [point]
    const middle = (point + next) / 2
    return [point, Math.trunc(middle) > point && Math.trunc(middle) < next ? Math.trunc(middle) : middle]
  })
  const outside = points.length > 0 ? [points.at(-1)! + DAY, points[0]! - DAY] : [DAY]
  return distinctBy(['x', ...[...spaced, ...outside].map(momentText)], parseMoment)
}

function momentText(moment: number): string {
  const date = new Date(moment)
  const year = date.getUTCFullYear()
  const whole = Number.isInteger(moment) && year >= 0 && year <= 9999
  const text = whole ? date.toISOString().replace('.000Z', 'Z') : String(moment / 1000)
  if (parseMoment(text) !== moment)
    throw new Undecided('it is compared with moments that are too close to tell apart, or too far off to write')
  return text
}

/** The first address of each range, the one after its end, and one far from all. */
export const addressSamples: Samples = bounds => {
  const edges = new Map<32 | 128, Set<bigint>>([
    [32, new Set([0n])],
    [128, new Set([0n])],
  ])
  for (const bound of bounds) {
    const range = parseRange(bound)
    if (!range) continue
    const shift = BigInt(range.bits - range.prefix)
    const first = (range.base >> shift) << shift
    const end = first + (1n << shift)
    edges.get(range.bits)!.add(first)
    if (end < 1n << BigInt(range.bits)) edges.get(range.bits)!.add(end)
  }
  return ['x', ...[...edges.get(32)!].map(v4Text), ...[...edges.get(128)!].map(v6Text)]
}

/** The encoded bytes without padding, and one more. */
export const binarySamples: Samples = bounds => {
  const texts = new Set(bounds.map(bound => bound.replace(/=+$/, '')))
  let other = 'x'
  while (texts.has(other)) other += 'x'
  return [other, ...texts]
}

function v4Text(address: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (address >> shift) & 255n).join('.')
}

function v6Text(address: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':')
}

function pointsOf(bounds: readonly string[], parse: (text: string) => number | undefined): number[] {
  const points = bounds.map(parse).filter(point => point !== undefined)
  return [...new Set(points)].sort((a, b) => a - b)
}

function distinctBy(texts: readonly string[], parse: (text: string) => number | undefined): string[] {
  return [...new Map(texts.map(text => [parse(text), text])).values()]
}
