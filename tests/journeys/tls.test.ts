import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desk, push, type Running } from './cli.ts'
import { listening } from './lock/sockets.ts'

// A twin with TLS as it is typed, and the commands that go there. The whole line on one is in lock.test.ts.

const { folder, begin, tripoint, events, left, clear } = desk()
const project = join(folder, 'my-line')
const state = join(folder, 'state')
const here = { cwd: project }
const authority = join(state, 'tls', 'ca.pem')
let twin: Running
let endpoint = ''
let variables: Record<string, string> = {}

async function start(options: string): Promise<void> {
  twin = begin(`twin --port 0 --state ${state} ${options}`)
  endpoint = (await twin.until(/ready at (\S+), state in/))[1] ?? ''
  const [event] = await events(`env --account 111111111111 --state ${state}`)
  variables = event?.type === 'environment' ? { ...event.variables } : {}
}

beforeAll(() => start('--tls'))
afterAll(clear)

test('it says by whom it is vouched for, whose key is for its owner alone', async () => {
  expect(endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  await twin.until(new RegExp(`AWS_CA_BUNDLE=${authority} NODE_EXTRA_CA_CERTS=${authority} `))
  expect(variables).toMatchObject({ AWS_CA_BUNDLE: authority, NODE_EXTRA_CA_CERTS: authority })
  expect(statSync(join(state, 'tls', 'ca-key.pem')).mode & 0o777).toBe(0o600)
  await expect(fetch(endpoint)).rejects.toThrow('fetch failed')
})

test('the commands trust it by the state directory, or by what env sets, and so does git', async () => {
  await tripoint('init my-line')
  expect(await tripoint(`deploy --state ${state} --make-people`, here)).toMatchObject({ code: 0, err: '' })
  const list = (settings: Record<string, string>) =>
    execFileSync('git', ['ls-remote', `${endpoint}/v1/repos/churn`], {
      env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', ...settings },
      encoding: 'utf8',
      stdio: 'pipe',
    })
  push(project, 'Train', variables)
  expect(list(variables)).toContain('refs/heads/main')
  expect(() => list({ ...variables, GIT_CONFIG_COUNT: '3' })).toThrow(/certificate|SSL/)
  const [byState, byEnvironment, used] = await Promise.all([
    tripoint(`status --state ${state}`, here),
    tripoint(`status --endpoint-url ${endpoint}`, { ...here, environment: variables }),
    tripoint(`access --used --state ${state}`, here),
  ])
  expect(byState.out).toMatch(/[✓●] Source ──►/)
  expect(byEnvironment.out).toMatch(/[✓●] Source ──►/)
  expect(used.out).toContain('\n0 used that are not on the list\n')
})

test('the next one has the same authority; beyond loopback it listens when it is asked to, and says what that means', async () => {
  const before = readFileSync(authority, 'utf8')
  twin.kill('SIGTERM')
  expect(await twin.ended).toMatchObject({ code: 0, err: '' })
  expect(left()).toEqual([])
  await start('--tls --host 0.0.0.0')
  expect(readFileSync(authority, 'utf8')).toBe(before)
  await twin.until(/listens on 0\.0\.0\.0, beyond this machine: whoever reaches the port and has an access key/)
  if (existsSync('/proc/net/tcp')) expect(listening(left())).toContain(`0.0.0.0:${new URL(endpoint).port}`)
  expect(await tripoint(`status --state ${state}`, here)).toMatchObject({ code: 0 })
})

test('who lets anyone in lets in nobody from elsewhere', async () => {
  expect(await tripoint(`twin --compat --port 0 --host 0.0.0.0 --state ${join(folder, 'other')}`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('compat lets anyone in without a signature'),
  })
})
