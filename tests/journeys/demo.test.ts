import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import type { Event } from '../../packages/cli/src/report/event.ts'

const temp = mkdtempSync(join(tmpdir(), 'demo-test-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

/** The demo as its user runs it, in a temporary folder of its own. */
async function demo(...args: string[]): Promise<{ code: number | null; events: Event[]; errors: string }> {
  const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, 'demo', '--json', ...args], {
    env: { PATH: process.env.PATH, TMPDIR: temp },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let errors = ''
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  const events = out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Event]))
  return { code, events, errors }
}

const of = <Type extends Event['type']>(events: readonly Event[], type: Type) =>
  events.filter((event): event is Extract<Event, { type: Type }> => event.type === type)

test('the demo ends with a model that answers, a permission taken away and put back, and leaves nothing behind', async () => {
  const { code, events, errors } = await demo()
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  const auc = of(events, 'metric').find(({ name }) => name.startsWith('AUC on 665'))
  expect(auc?.value).toBeGreaterThanOrEqual(0.87)
  expect(of(events, 'note').map(({ text }) => text)).toContain('line 6 of validation.csv has no label and was left out')
  expect(of(events, 'execution').find(({ trigger }) => trigger !== undefined)?.trigger).toMatch(
    /^CloudWatchEvent .*rule\/churn-commit$/,
  )
  expect(of(events, 'approval')[0]).toMatchObject({ answer: 'approved', by: expect.stringContaining('user/approver') })
  const denied = of(events, 'action').find(({ status }) => status === 'Failed')
  expect(denied).toMatchObject({ stage: 'Train', action: 'RunWorkflow' })
  expect(of(events, 'done')).toHaveLength(1)
  expect(readdirSync(temp)).toEqual([])
}, 90_000)

test('an entry that does not exist is refused before anything is deployed, with those that do', async () => {
  const { code, errors } = await demo('--break', 'train/training-role/s3:GetObject')
  expect(code).toBe(1)
  expect(errors).toContain('no entry of the access list has this id')
  expect(errors).toContain('train/training-role/s3:GetObject/data')
})
