import { readFileSync } from 'node:fs'
import { operatorKey, operatorSeed, systemRandom } from '@tripoint/twin/operator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { services } from '../../packages/twin/src/catalogue.ts'
import { type TwinProcess, twinProcess } from '../journeys/crash/twin-process.ts'
import { type Box, makeBox } from './box.ts'
import { type Connection, keptConnection } from './connection.ts'
import { largeRequests } from './large.ts'
import { regressions } from './regressions.ts'
import { type Keys, message, signed } from './request.ts'
import { type Finding, run, type Tally } from './run.ts'
import { readSdk } from './sdk.ts'
import { slowRequests } from './slow.ts'
import { account, caller, foreign, makeWorld } from './world.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
/** Other requests, or more of them: TRIPOINT_SEED=7 TRIPOINT_FUZZ=1000000; one alone: TRIPOINT_FUZZ_ONLY=4711. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const count = Number(process.env.TRIPOINT_FUZZ ?? (deep ? 300_000 : 100_000))
const only = process.env.TRIPOINT_FUZZ_ONLY
const mebibytes = 600
const hours = 3_600_000

let box: Box
let it: TwinProcess
let administrator: Keys
let stranger: Keys
let connection: Connection
const port = () => Number(new URL(it.endpoint).port)

beforeAll(async () => {
  box = makeBox(services.map(({ name }) => name))
  it = await twinProcess(box.state, [new URL('turns.ts', import.meta.url).href])
  await it.start()
  const root = operatorSeed(box.state, systemRandom)
  administrator = operatorKey(root, account)
  stranger = operatorKey(root, foreign)
  connection = keptConnection(port())
})
afterAll(async () => {
  connection.close()
  await it.kill()
  box.remove()
})

const unexpected = () =>
  it
    .printed()
    .split('\n')
    .filter(line => line.includes('unexpected'))

const call = async (name: string, input: object) => caller(await readSdk(), connection)(administrator, name, input)

test('what once went wrong is refused', { timeout: hours }, async () => {
  await makeWorld(caller(await readSdk(), connection), administrator, stranger, 0)
  const wrong: string[] = []
  for (const { name, parts, unsigned, status, says } of regressions('fuzz-0')) {
    const outcome = await connection.send(
      unsigned ? message(parts, { ...parts.headers, host: 'twin' }) : signed(parts, administrator),
      false,
    )
    const [answer] = 'failed' in outcome ? [] : outcome.answers
    if (answer?.status !== status || !says.test(answer.body.toString()))
      wrong.push(`${name}: ${answer === undefined ? JSON.stringify(outcome) : `${answer.status} ${answer.body}`}`)
  }
  expect(wrong).toEqual([])
  expect(unexpected()).toEqual([])
})

test(`${count} malformed requests of seed ${seed} get AWS's refusals, while slow ones hold their connections`, {
  timeout: 10 * hours,
}, async () => {
  const slow = await slowRequests(port(), administrator, 5)
  const tally = await run({
    port: port(),
    seed,
    count,
    administrator,
    stranger,
    ...(only === undefined ? {} : { only: Number(only) }),
    progress: () => slow.drip(),
  })
  process.stdout.write(report(tally))
  expect(tally.findings.map(shown)).toEqual([])
  expect(unexpected()).toEqual([])
  const answers = (await slow.finish()).map(answer => answer?.status ?? 0)
  expect(answers.filter(status => status !== 200 && !(status >= 400 && status < 500))).toEqual([])
  expect(peak() ?? 0).toBeLessThan(mebibytes)
  expect(box.strangers()).toEqual([])
})

test('no body is too large to be refused, or to be held', { timeout: hours }, async () => {
  const before = peak() ?? 0
  for (const status of await largeRequests(port(), administrator)) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  }
  // Two of what an operation may have at most, and what is read of the next.
  expect((peak() ?? 0) - before).toBeLessThan(200)
})

test('the twin goes on, and opens again on what it has kept', { timeout: hours }, async () => {
  const before = await call('s3:ListBuckets', {})
  expect(await call('sts:GetCallerIdentity', {})).toContain(account)
  expect(await it.stop()).toBe(0)
  process.stdout.write(`${/longest turn.*/.exec(it.printed())?.[0]}\n`)
  await it.start()
  expect(await call('s3:ListBuckets', {})).toContain(/<Buckets>.*<\/Buckets>/s.exec(before)?.[0])
  expect(unexpected()).toEqual([])
})

const shown = ({ index, kind, fault, request }: Finding) =>
  `${kind}: ${fault}\n  again: TRIPOINT_SEED=${seed} TRIPOINT_FUZZ=${count} TRIPOINT_FUZZ_ONLY=${index}\n  request: ${request.slice(0, 4_000)}`

/** MiB of memory that the twin has had at most, where the system tells; its database's pages are the system's cache. */
function peak(): number | undefined {
  const [all, mapped] = ['status', 'smaps'].map(name => {
    try {
      return readFileSync(`/proc/${it.pid()}/${name}`, 'utf8')
    } catch {
      return undefined
    }
  })
  if (all === undefined || mapped === undefined) return undefined
  const database = mapped.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).filter(text => /^.*data\.mdb$/m.test(text))
  const kibibytes = (text: string, name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return (kibibytes(all, 'VmHWM') - database.reduce((sum, text) => sum + kibibytes(text, 'Rss'), 0)) / 1024
}

/** Seconds of processor time. */
function seconds(pid: number): number {
  try {
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    return (
      fields
        .split(' ')
        .slice(11, 13)
        .reduce((sum, ticks) => sum + Number(ticks), 0) / 100
    )
  } catch {
    return Number.NaN
  }
}

const report = ({ sent, statuses }: Tally) =>
  [
    `${sent} requests of seed ${seed}: ${seconds(it.pid())} s of the twin's processor time, ${seconds(process.pid)} s of the client's, ${Math.round(peak() ?? 0)} MiB at most`,
    ...Object.entries(statuses).map(
      ([kind, own]) =>
        `  ${kind}: ${Object.entries(own)
          .map(([status, times]) => `${status} × ${times}`)
          .join(', ')}`,
    ),
    '',
  ].join('\n')
