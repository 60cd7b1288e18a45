import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openStore } from '../engine/index.ts'
import { type AuditEntry, audit, auditEntries } from './audit.ts'

const directory = mkdtempSync(join(tmpdir(), 'audit-'))
const store = openStore(directory)
afterAll(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

const entry = (operation: string): Omit<AuditEntry, 'number'> => ({
  at: 0,
  requestId: operation,
  service: 'sts',
  operation,
  region: 'us-east-1',
  account: '111111111111',
  principal: 'someone',
  via: [],
  verdicts: [],
  outcome: 'ok',
  cause: [],
})

test('a call that only read is kept until a change takes it to disk, also when the first change fails', () => {
  const log = audit(store)
  const seen = () => [...auditEntries(store, log.pending())].map(({ operation }) => operation)
  log.note(entry('first'))
  log.note(entry('second'))
  const change = () =>
    store.transact(tx => {
      log.drain(tx)
      throw new Error('no')
    })
  expect(change).toThrow('no')
  expect(log.pending().length).toBe(2)
  store.transact(tx => {
    log.drain(tx)
    log.write(tx, entry('third'))
  })
  log.note(entry('fourth'))
  expect(log.pending().map(({ operation }) => operation)).toEqual(['fourth'])
  expect(seen()).toEqual(['first', 'second', 'third', 'fourth'])
  expect([...auditEntries(store, [])].length).toBe(3)
})
