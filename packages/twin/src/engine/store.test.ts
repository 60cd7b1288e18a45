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

test('a key of any characters and length is its own', () => {
  const long = 'x'.repeat(80)
  const names = [`${long}\0b`, `${long}\x04\0b`, `\0${long}`, `\x01${long}`, '\0', '', 'a\0b', 'é'.repeat(400)]
  store.transact(tx => {
    for (const name of names) things.put(tx, ['odd', name], { n: names.indexOf(name) })
  })
  expect(things.get(store, 'odd', long, 'b')).toBeUndefined()
  expect([...store.list(['thing', 'odd', long])]).toEqual([])
  expect(names.map(name => things.get(store, 'odd', name)?.n)).toEqual(names.map((_, at) => at))
  expect(new Set([...things.entries(store, ['odd'])].map(([[, name]]) => name))).toEqual(new Set(names))
  const after = [...things.entries(store, ['odd'], { after: `${long}\0b` })].map(([[, name]]) => name)
  expect(after).toEqual([`${long}\x04\0b`, 'é'.repeat(400)])
  const huge = 'x'.repeat(5_000)
  expect(things.get(store, 'odd', huge)).toBeUndefined()
  expect([...things.list(store, 'odd', huge)]).toEqual([])
  expect(() => store.transact(tx => things.put(tx, ['odd', huge], { n: 1 }))).toThrow('too long')
  store.transact(tx => things.delete(tx, 'odd', huge))
})

test('changes that join share a commit; one that throws takes only its own writes back', async () => {
  const told: string[] = []
  const outcome = await Promise.allSettled([
    store.join(tx => {
      things.put(tx, ['j', '1'], { n: 1 })
      tx.after(() => told.push('after 1'))
      return 'first'
    }),
    store.join(tx => {
      things.put(tx, ['j', '2'], { n: 2 })
      things.put(tx, ['j', '1'], { n: 99 })
      tx.after(() => told.push('after 2'))
      tx.undone(() => told.push('undone 2'))
      throw new Error('no')
    }),
    store.join(tx => {
      tx.undone(() => told.push('undone 3'))
      return things.get(tx, 'j', '1')
    }),
  ])
  expect(outcome).toMatchObject([
    { status: 'fulfilled', value: 'first' },
    { status: 'rejected', reason: { message: 'no' } },
    { status: 'fulfilled', value: { n: 1 } },
  ])
  expect([...things.list(store, 'j')]).toEqual([{ n: 1 }])
  expect(told).toEqual(['undone 2', 'after 1'])
})

test('what is kept is what is stored, also after a change that did not come about', () => {
  const kept = table<{ n: number }>('kept', { keep: true })
  const all = () => [...kept.list(store, 'a')].map(({ n }) => n)
  const put = (n: number) => store.transact(tx => void kept.put(tx, ['a', 'x'], { n }))
  expect(kept.get(store, 'a', 'x')).toBeUndefined()
  put(1)
  expect([kept.get(store, 'a', 'x'), all()]).toEqual([{ n: 1 }, [1]])
  expect(() =>
    store.transact(tx => {
      kept.put(tx, ['a', 'x'], { n: 2 })
      expect([kept.get(tx, 'a', 'x'), [...kept.list(tx, 'a')]]).toEqual([{ n: 2 }, [{ n: 2 }]])
      throw new Error('no')
    }),
  ).toThrow('no')
  expect([kept.get(store, 'a', 'x'), all()]).toEqual([{ n: 1 }, [1]])
  store.transact(tx => kept.delete(tx, 'a', 'x'))
  expect([kept.get(store, 'a', 'x'), all()]).toEqual([undefined, []])
})

test('what is kept cannot be changed in place', () => {
  const kept = table<{ tags: Record<string, string> }>('kept', { keep: true })
  store.transact(tx => void kept.put(tx, ['b'], { tags: { a: '1' } }))
  expect(() => Object.assign(kept.get(store, 'b')!.tags, { a: '2' })).toThrow(TypeError)
})
