import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeTest, toCode } from '../language/wildcard.ts'
import { CAPS, Undecided } from './answer.ts'
import { arnPartition, arnTest } from './arn-partition.ts'
import { partsOf } from './automaton.ts'
import { hasBit } from './bits.ts'
import { arnCells, codeCells, foldedCells, literalCells } from './cell.ts'
import { type Partition, textPartition } from './text-partition.ts'

const RUNS = process.env.TRIPOINT_DEEP === '1' ? 5_000 : 150

/** Every text of these characters up to a length. */
function textsOf(units: string, length: number): string[] {
  let edge = ['']
  const all = ['']
  for (let i = 0; i < length; i++) {
    edge = edge.flatMap(text => [...units].map(unit => text + unit))
    all.push(...edge)
  }
  return all
}

const codes = (units: readonly string[], maxLength: number) =>
  fc.array(fc.string({ unit: fc.constantFrom(...units), maxLength }).map(toCode), { maxLength: 4 })

const marksOf = (text: string, tests: readonly ((text: string) => boolean)[]) =>
  tests.map(test => Number(test(text))).join('')

const marksIn = ({ samples, sets }: Partition) =>
  samples.map((_, i) => sets.map(set => Number(hasBit(set, i))).join(''))

describe('texts', () => {
  const texts = textsOf('abx', 6)

  test('the parts are those that trying every short text finds, each with a shortest text', () => {
    fc.assert(
      fc.property(codes(['a', 'b', '*', '?'], 4), patterns => {
        const tests = patterns.map(codeTest)
        const shortest = new Map<string, number>()
        for (const text of texts) {
          const marks = marksOf(text, tests)
          shortest.set(marks, Math.min(shortest.get(marks) ?? 99, text.length))
        }
        const parts = partsOf(
          patterns.map(code => codeCells(code)),
          CAPS,
        )
        const found = new Map(parts.map(({ sample }) => [marksOf(sample, tests), sample.length]))
        for (const [marks, length] of shortest) expect(found.get(marks)).toBe(length)
        for (const [marks, length] of found) if (length <= 6) expect(shortest.has(marks)).toBe(true)
      }),
      { numRuns: RUNS },
    )
  })

  test('literals and prefixes need no automaton, and come to the same parts', () => {
    fc.assert(
      fc.property(codes(['a', 'b', '*', '?'], 4), codes(['a', 'b'], 3), (wild, plain) => {
        const all = [...wild, ...plain, ...plain.map(text => text + toCode('*'))]
        const quick = new Set(marksIn(textPartition(all, CAPS)))
        const slow = partsOf(
          all.map(code => codeCells(code)),
          CAPS,
        ).map(({ sample }) => marksOf(sample, all.map(codeTest)))
        expect([...quick].sort()).toEqual([...new Set(slow)].sort())
      }),
      { numRuns: RUNS },
    )
  })

  test('a prefix that is a text itself, with a longer one', () => {
    const parts = marksIn(textPartition(['a', toCode('a*'), toCode('ax*')], CAPS))
    expect([...new Set(parts)].sort()).toEqual(['000', '010', '011', '110'])
  })

  test('without regard to case', () => {
    const parts = partsOf([foldedCells('aK'), literalCells('AK'), foldedCells('ak')], CAPS)
    expect(parts.map(({ matches }) => matches.join()).sort()).toEqual(['', '0,1,2', '0,2'])
  })

  test('a sign of the pattern is that sign, not its wildcard', () => {
    expect(textPartition(['*', toCode('a*')], CAPS).samples).toContain('*')
  })
})

describe('ARNs', () => {
  const field = fc.constantFrom('', 'a', 'b', '*', 'a*', '?', '*b')
  const arn = fc
    .tuple(fc.constantFrom('arn', 'a*', '*', 'x'), fc.array(field, { maxLength: 5 }), fc.constantFrom('', ':c', '/*'))
    .map(([first, rest, tail]) => toCode([first, ...rest].join(':') + tail))

  test('field by field comes to the same parts as one automaton over the whole text', () => {
    fc.assert(
      fc.property(fc.array(arn, { maxLength: 4 }), patterns => {
        const tests = patterns.map(arnTest)
        const fields = new Set(arnPartition(patterns, CAPS).samples.map(sample => marksOf(sample, tests)))
        const none = [{ only: '', many: false }]
        const whole = partsOf(
          patterns.map(code => arnCells(code) ?? none),
          CAPS,
        )
        const expected = new Set(whole.map(({ sample }) => marksOf(sample, tests)).filter(marks => marks.length > 0))
        if (patterns.length > 0) expect([...fields].sort()).toEqual([...expected].sort())
        for (const { sample, matches } of whole) {
          expect(matches.join()).toBe(patterns.flatMap((_, i) => (tests[i]!(sample) ? [i] : [])).join())
        }
      }),
      { numRuns: RUNS },
    )
  })
})

describe('caps', () => {
  test('patterns that overlap in every way are given up, and it is said', () => {
    const infixes = Array.from({ length: 16 }, (_, i) => toCode(`*-${String.fromCharCode(97 + i)}-*`))
    expect(() => textPartition(infixes, CAPS)).toThrow(Undecided)
    expect(() => textPartition(infixes.slice(0, 6), CAPS)).not.toThrow()
    expect(textPartition(infixes.slice(0, 6), CAPS).samples).toHaveLength(64)
  })

  test('a pattern of many stars does not blow up', () => {
    const before = performance.now()
    expect(() => textPartition([toCode(`${'*a'.repeat(2_000)}*b`), toCode('*b*a?')], CAPS)).not.toThrow()
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})
