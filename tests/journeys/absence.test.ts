import { accessList } from '@tripoint/pipeline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import definition from '../../examples/churn/tripoint.config.ts'
import { absents } from './absence/absent.ts'
import { EXEMPT } from './absence/exempt.ts'
import { sample, strata } from './absence/sample.ts'
import { type SavedLines, savedLines } from './absence/saved-lines.ts'
import { hasOccasion, keepsItsWord } from './absence/words.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
/** Another seed is another sample: TRIPOINT_SEED=7. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const size = 13
/** A part of a name, to look at one or a few. */
const wanted = process.env.TRIPOINT_ABSENT
const list = accessList(definition)
const all = absents(list)
const named = wanted === undefined ? undefined : all.filter(({ name }) => name.includes(wanted))
const chosen = named ?? (deep ? all : sample(all, size, seed))

test('every side of every entry is taken away alone, or a reason says why not', () => {
  const sides = list.flatMap(access => access.sides.map(side => `${access.id}, ${side}`))
  const alone = new Set(
    all.filter(absent => absent.sides.length === 1).map(({ access, sides: [side] }) => `${access.id}, ${side}`),
  )
  expect(sides.filter(side => !alone.has(side) && !EXEMPT[side])).toEqual([])
  expect(Object.keys(EXEMPT).filter(side => !sides.includes(side) || alone.has(side))).toEqual([])
  expect(list.filter(access => !all.some(absent => absent.access === access && absent.sides === access.sides))).toEqual(
    [],
  )
})

test('every absence has an occasion on which it is seen', () => {
  expect(all.filter(absent => !hasOccasion(absent)).map(({ name }) => name)).toEqual([])
})

test.each([1, 2, 3, 20_261_122])('sample %i has one of each hop, side and word, and is the same each time', seed => {
  const once = sample(all, size, seed)
  expect(once).toHaveLength(size)
  expect(new Set(once.flatMap(strata))).toEqual(new Set(all.flatMap(strata)))
  expect(sample(all, size, seed)).toEqual(once)
  expect(sample(all, size, seed + 1)).not.toEqual(once)
})

describe('taking away one entry of the access list does what the entry says', () => {
  let saved: SavedLines
  beforeAll(async () => {
    saved = await savedLines()
  }, 60_000)
  afterAll(() => {
    saved?.remove()
    const which = deep ? 'all' : `seed ${seed}`
    console.info(`${chosen.length} absences of ${all.length}, of ${list.length} entries (${which})`)
  })

  for (const absent of chosen) test(absent.name, () => keepsItsWord({ saved, absent }), 120_000)
})
