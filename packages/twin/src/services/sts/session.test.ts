import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { idsFrom, openStore, systemClock, systemRandom } from '../../engine/index.ts'
import { type Env, sessions } from '../../gate/index.ts'
import { issue } from './session.ts'

const hour = 3_600_000

test('of sessions that have expired none is left, and of the others all', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sessions-'))
  const store = openStore(directory)
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  let now = Date.now()
  const env = { ids: idsFrom(systemRandom), clock: { ...systemClock, now: () => now } } as Env
  const role = { account: '111111111111', role: 'arn:aws:iam::111111111111:role/r', policies: [], tags: {}, cause: [] }
  const make = (many: number, ms: number) =>
    store.transact(tx => Array.from({ length: many }, () => issue(tx, env, { ...role, expires: now + ms }).accessKeyId))
  // Long ones among the short: those that come first by their name must not hide the others.
  const long = make(100, 12 * hour)
  make(300, hour)
  now += 2 * hour
  const fresh = make(20, hour)
  expect(new Set([...sessions.list(store)].map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([...long, ...fresh]))
})
