import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from './store.ts'
import { table } from './table.ts'

const things = table<{ n: number }>('thing')
let directory: string
let store: Store

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-'))
  store = openStore(directory)
})
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

test('a change that throws leaves nothing behind and runs no task', () => {
  let ran = false
  expect(() =>
    store.transact(tx => {
      things.put(tx, ['a', 'x'], { n: 1 })
      tx.after(() => {
        ran = true
      })
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(things.get(store, 'a', 'x')).toBeUndefined()
  expect(ran).toBe(false)
})

test('a change reads its own writes, and lists stop at their prefix', () => {
  store.transact(tx => {
    things.put(tx, ['a', 'x'], { n: 1 })
    things.put(tx, ['a', 'y'], { n: 2 })
    things.put(tx, ['ab', 'z'], { n: 3 })
    expect([...things.list(tx, 'a')].map(thing => thing.n)).toEqual([1, 2])
  })
  expect([...things.entries(store, ['a'], { after: 'x' })]).toEqual([[['a', 'y'], { n: 2 }]])
  expect([...things.entries(store, ['a'], { reverse: true, limit: 1 })]).toEqual([[['a', 'y'], { n: 2 }]])
  expect([...things.list(store)].length).toBe(3)
})
