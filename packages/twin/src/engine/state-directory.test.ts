import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { takeStateDirectory } from './state-directory.ts'

const directory = mkdtempSync(join(tmpdir(), 'state-directory-'))
const lock = join(directory, 'lock')
afterAll(() => rmSync(directory, { recursive: true }))

test('a directory is held by one twin until it gives it back', () => {
  const release = takeStateDirectory(directory)
  expect(() => takeStateDirectory(directory)).toThrow(`held by another twin (process ${process.pid})`)
  release()
  takeStateDirectory(directory)()
  expect(readdirSync(directory)).toEqual([])
})

test('a process that lives holds it, however it was started', () => {
  writeFileSync(lock, String(process.ppid))
  expect(() => takeStateDirectory(directory)).toThrow(`process ${process.ppid}`)
})

test.each([
  ['no process any more', '999999999'],
  ['cut short', ''],
  ['of this process in another container, or of one before a restart', String(process.pid)],
])('the lock of a killed twin is left behind: %s', (_what, content) => {
  writeFileSync(lock, content)
  takeStateDirectory(directory)()
})

test.runIf(process.platform === 'linux')('a number that another process has now holds nothing', () => {
  const release = takeStateDirectory(directory)
  const [, beginning] = readFileSync(lock, 'utf8').split(' ')
  expect(beginning).toMatch(/^[-0-9a-f]{36}\/\d+$/)
  release()
  writeFileSync(lock, `${process.ppid} ${beginning}`)
  takeStateDirectory(directory)()
})
