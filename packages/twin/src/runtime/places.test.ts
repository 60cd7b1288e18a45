import { expect, test } from 'vitest'
import { places } from './places.ts'

const never = new AbortController().signal
const turn = () => new Promise(resolve => setImmediate(resolve))

test('the third waits for the first of two, and not for one that was called off', async () => {
  const two = places(2)
  const heard: string[] = []
  const come = async (name: string, signal = never) => {
    const leave = await two.take(signal)
    heard.push(name)
    return leave
  }
  const first = await come('a')
  await come('b')
  const off = new AbortController()
  const called = come('c', off.signal)
  const last = come('d')
  await turn()
  expect(heard).toEqual(['a', 'b'])
  off.abort()
  // It has no place: giving it up lets nobody in.
  for (const _ of [1, 2]) (await called)()
  await turn()
  expect(heard).toEqual(['a', 'b', 'c'])
  for (const _ of [1, 2]) first()
  await last
  const fifth = come('e')
  await turn()
  expect(heard).toEqual(['a', 'b', 'c', 'd'])
  ;(await last)()
  await fifth
})
