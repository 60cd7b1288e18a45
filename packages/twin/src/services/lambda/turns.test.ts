import { expect, test } from 'vitest'
import { turns } from './turns.ts'

const open: AbortSignal[] = []

/** Whose turn has come, in the order in which it came. */
function crowd(limits: { starts: number; most: number }, makeRoom: () => void = () => {}) {
  const heard: string[] = []
  const queue = turns<string>(limits, makeRoom)
  const come = async (name: string, { signals = open, beyond = false } = {}) => {
    const warm = await queue.take('f', signals, beyond).catch((error: Error) => error.name)
    heard.push(`${name}: ${warm ?? 'starts'}`)
  }
  const settled = () => new Promise(resolve => setImmediate(resolve))
  return { heard, queue, come, settled }
}

test('few start at once, and those that wait take what others give back', async () => {
  const { heard, queue, come, settled } = crowd({ starts: 2, most: 10 })
  for (const name of ['a', 'b', 'c', 'd', 'e']) void come(name)
  await settled()
  expect(heard).toEqual(['a: starts', 'b: starts'])
  expect(queue.offer('g', 'of another function')).toBe(false)
  expect(queue.offer('f', 'of a')).toBe(true)
  queue.started()
  await settled()
  expect(heard.slice(2)).toEqual(['c: of a', 'd: starts'])
  queue.started()
  queue.started()
  await settled()
  expect(heard.slice(4)).toEqual(['e: starts'])
  expect(queue.offer('f', 'of d')).toBe(false)
})

test('where there are as many as may be, an idle one makes room, or all wait until one is gone', async () => {
  let idle = 1
  const { heard, queue, come, settled } = crowd({ starts: 9, most: 2 }, () => {
    if (idle-- > 0) queue.gone()
  })
  for (const name of ['a', 'b', 'c', 'd']) void come(name)
  await settled()
  expect(heard).toEqual(['a: starts', 'b: starts', 'c: starts'])
  queue.gone()
  await settled()
  expect(heard.slice(3)).toEqual(['d: starts'])
})

test('whom somebody waits for that has a place needs none; who is called off leaves the queue', async () => {
  const { heard, queue, come, settled } = crowd({ starts: 9, most: 1 })
  const off = new AbortController()
  void come('a')
  void come('b', { signals: [off.signal] })
  void come('c')
  void come('called by a', { beyond: true })
  off.abort()
  await settled()
  expect(heard).toEqual(['a: starts', 'called by a: starts', 'b: Interrupted'])
  queue.gone()
  await settled()
  expect(heard).toHaveLength(3)
  queue.gone()
  await settled()
  expect(heard.slice(3)).toEqual(['c: starts'])
})
