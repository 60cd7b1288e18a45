import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { kept } from './kept.ts'
import { openStore } from './store.ts'
import { table } from './table.ts'

const colours = table<{ hue: number }>('colour', { keep: true })

function opened() {
  const directory = mkdtempSync(join(tmpdir(), 'kept-'))
  const store = openStore(directory)
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  return store
}

test('a change that does not come about leaves nothing behind, whatever it has read', () => {
  const store = opened()
  store.transact(tx => colours.put(tx, ['red'], { hue: 0 }))
  const broken = () =>
    store.transact(tx => {
      expect(colours.get(tx, 'red')).toEqual({ hue: 0 })
      colours.put(tx, ['red'], { hue: 1 })
      colours.put(tx, ['blue'], { hue: 240 })
      expect([colours.get(tx, 'red'), [...colours.list(tx)].length]).toEqual([{ hue: 1 }, 2])
      throw new Error('broken')
    })
  expect(broken).toThrow('broken')
  expect([colours.get(store, 'red'), colours.get(store, 'blue')]).toEqual([{ hue: 0 }, undefined])
  expect([...colours.list(store)]).toEqual([{ hue: 0 }])
})

test('a list that a change reads without writing to its table is read once', () => {
  const store = opened()
  store.transact(tx => colours.put(tx, ['red'], { hue: 0 }))
  const first = store.transact(tx => [...colours.list(tx)])
  const second = store.transact(tx => [...colours.list(tx)])
  expect(second[0]).toBe(first[0])
  store.transact(tx => colours.put(tx, ['blue'], { hue: 240 }))
  expect([...colours.list(store)]).toHaveLength(2)
})

test('of very many records the latest are kept', () => {
  const memory = kept()
  const reads: string[] = []
  const ask = (name: string) =>
    memory.get(['table', name], () => {
      reads.push(name)
      return { name }
    })
  for (let at = 0; at < 2_010; at++) ask(String(at))
  reads.length = 0
  for (const name of ['2009', '1000', '10', '9']) ask(name)
  expect(reads).toEqual(['9'])
})
