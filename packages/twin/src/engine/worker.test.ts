import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Clock, systemClock } from './clock.ts'
import { openStore, type Store } from './store.ts'
import type { AnyWorkKind, Work, WorkIo, WorkKind } from './work.ts'
import { answers, type Worker, worker } from './worker.ts'

interface Log {
  lines: string[]
}
let directory: string
let store: Store
const reports: unknown[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'worker-'))
  store = openStore(directory)
  reports.length = 0
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

const open = (kinds: AnyWorkKind<Log>[], env: Log, clock: Clock = systemClock): Worker<Log> => {
  const made = worker<Log>(store, clock, (message, error) => reports.push([message, error]))
  made.resume(kinds, env)
  return made
}
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 1))
}
const start = (it: Worker<Log>, id: string, kind: string, state: unknown) =>
  store.transact(tx => it.start(tx, { id, kind, state, cause: [] }))

test('pauses of a day fire early and in their order when nothing else goes on; deadlines do not', async () => {
  const day = 86_400_000
  const pausing: WorkKind<{ days: number; slept?: boolean }, Log> = {
    kind: 'pausing',
    async step({ id, state }, io, env) {
      if (state.slept !== true)
        return { state: { ...state, slept: true }, next: { when: 'pause', at: io.reached + state.days * day } }
      env.lines.push(id)
      return { state, next: { when: 'done' } }
    },
  }
  const limited: WorkKind<number, Log> = {
    kind: 'limited',
    async step(work, io) {
      return { state: work.state, next: { when: 'deadline', at: io.reached + day } }
    },
  }
  const env: Log = { lines: [] }
  const it = open([pausing, limited], env)
  start(it, 'later', 'pausing', { days: 2 })
  start(it, 'sooner', 'pausing', { days: 1 })
  start(it, 'limit', 'limited', 0)
  await until(() => env.lines.length === 2)
  expect(env.lines).toEqual(['sooner', 'later'])
  expect(it.get(store, 'limit')?.step).toBe(1)
  await it.stop()
})

test('it has settled when no step runs and no pause is left, whatever waits for a limit or a signal', async () => {
  const thrice: WorkKind<number, Log> = {
    kind: 'thrice',
    async step({ state }, io, env) {
      env.lines.push(`step ${state}`)
      if (state === 3) return { state, next: { when: 'done' } }
      return { state: state + 1, next: { when: 'pause', at: io.reached + 60_000 } }
    },
  }
  const still: WorkKind<null, Log> = { kind: 'still', step: async () => ({ state: null, next: { when: 'signal' } }) }
  const env: Log = { lines: [] }
  const it = open([thrice, still], env)
  await it.settled()
  start(it, 'steps', 'thrice', 1)
  start(it, 'waits', 'still', null)
  await it.settled()
  expect(env.lines).toEqual(['step 1', 'step 2', 'step 3'])
  const release = it.busy()
  let over = false
  const settled = it.settled().then(() => {
    over = true
  })
  await new Promise(resolve => setImmediate(resolve))
  expect(over).toBe(false)
  release()
  await settled
  await it.stop()
})

test('a signal interrupts a step that runs, and the next step sees it', async () => {
  const waiting: WorkKind<null, Log> = {
    kind: 'waiting',
    async step(_work, io, env) {
      const stop = io.signals.find(signal => signal.name === 'stop')
      if (stop !== undefined) {
        env.lines.push(`stopped by ${stop.data}`)
        return { state: null, next: { when: 'done' } }
      }
      await new Promise<void>(resolve => io.interrupted.addEventListener('abort', () => resolve()))
      env.lines.push('interrupted')
      return { state: null, next: { when: 'signal' } }
    },
  }
  const env: Log = { lines: [] }
  const it = open([waiting], env)
  start(it, 'w', 'waiting', null)
  await new Promise(resolve => setTimeout(resolve, 5))
  store.transact(tx => it.signal(tx, 'w', { name: 'stop', data: 'me' }))
  await until(() => it.get(store, 'w') === undefined)
  expect(env.lines).toEqual(['interrupted', 'stopped by me'])
  await it.stop()
})

test('a step that did not come to its commit is repeated with the same tokens, whose answers are kept until it does', async () => {
  const tokens: string[] = []
  let crash = true
  const calling: WorkKind<null, Log> = {
    kind: 'calling',
    async step(_work: Work<null>, io: WorkIo) {
      const token = io.token('create')
      tokens.push(token)
      store.transact(tx => answers.put(tx, token.split('\u0000'), { output: 'made' }))
      if (crash) throw new Error('killed')
      return { state: null, next: { when: 'done' } }
    },
  }
  const first = open([calling], { lines: [] })
  start(first, 'c', 'calling', null)
  await until(() => reports.length === 1)
  await first.stop()
  expect(answers.get(store, ...(tokens[0] ?? '').split('\u0000'))).toEqual({ output: 'made' })
  crash = false
  const second = open([calling], { lines: [] })
  await until(() => second.get(store, 'c') === undefined)
  expect(tokens[1]).toBe(tokens[0])
  expect([...answers.list(store)]).toEqual([])
  await second.stop()
})
