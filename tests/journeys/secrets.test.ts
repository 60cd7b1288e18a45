import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import definition from '../../examples/churn/tripoint.config.ts'
import { cloudOf } from '../../packages/cli/src/cloud/accounts.ts'
import { type Cloud, type Connection, client } from '../../packages/cli/src/cloud/cloud.ts'
import { people } from '../../packages/cli/src/demo/people.ts'
import { type Workplace, workplace } from '../../packages/cli/src/demo/workplace.ts'
import { desk } from './cli.ts'
import { survivor } from './crash/survivor.ts'
import { descendants, type TwinProcess, twinProcess } from './crash/twin-process.ts'
import { type Played, play } from './secrets/calls.ts'
import { authoritySecrets, files, operatorSecrets, tables } from './secrets/records.ts'
import { found, type Place, type Secret } from './secrets/search.ts'

let place: Workplace
let it: TwinProcess
let overTls: TwinProcess
let cloud: Cloud
let publisher: Connection
let played: Played
const commands = new Map<string, string>()
const printed: Place[] = []
const { tripoint, clear } = desk()

/** What everybody on this machine may read of the processes that the twin and its users start. */
function watchProcesses(): () => void {
  const look = () => {
    for (const { pid, command } of descendants(process.pid)) commands.set(command, `the command line of process ${pid}`)
  }
  const timer = setInterval(look, 150)
  return () => {
    clearInterval(timer)
    look()
  }
}

beforeAll(async () => {
  place = await workplace(mkdtempSync(join(tmpdir(), 'secrets-')))
  // As a folder is that was there before the twin.
  mkdirSync(place.state, { recursive: true })
  chmodSync(place.state, 0o755)
  it = await twinProcess(place.state)
  overTls = await twinProcess(place.state, [], ['--tls'])
  await it.start()
  const enough = watchProcesses()
  cloud = { ...cloudOf(definition, { state: place.state, endpointUrl: it.endpoint }), pace: 20 }
  const user = survivor(place, it.endpoint)
  await user.deploy()
  await user.upload()
  const id = await user.push('First')
  const shared = cloud.account('shared')
  const keys = await people(definition, shared, place)
  publisher = { ...shared, credentials: keys[definition.people.publishers[0] ?? ''] ?? shared.credentials }
  const [made] = await Promise.all([
    play(cloud, publisher),
    user.finish(id).then(end => expect(end).toEqual({ status: 'Succeeded' })),
  ])
  played = made
  const where = `--state ${place.state} --config ${place.project}`
  for (const command of ['status', 'logs', 'access --used'])
    for (const [stream, text] of Object.entries(await tripoint(`${command} ${where}`)))
      printed.push({ where: `what tripoint ${command} prints (${stream})`, text: String(text) })
  enough()
}, 120_000)
afterAll(async () => {
  await it?.kill().catch(() => {})
  await clear()
  rmSync(place.root, { recursive: true, force: true })
})

/** Everything that a person, a log collector or another user of the machine may come to read. */
async function places(): Promise<{ places: Place[]; secrets: Secret[]; open: string[] }> {
  const kept = await tables(place.state)
  const { places: below, open } = files(place.state)
  const secrets = [
    ...kept.secrets,
    ...operatorSecrets(place.state, Object.values(definition.accounts)),
    ...authoritySecrets(place.state),
    ...played.secrets,
  ]
  return {
    secrets,
    open,
    places: [
      { where: "the twin's log", text: it.printed() },
      { where: "the twin's log with --tls", text: overTls.printed() },
      ...printed,
      ...played.answers,
      ...[...commands].map(([text, where]) => ({ where, text })),
      ...kept.places,
      ...below,
    ],
  }
}

test('no secret is in a log, an error, the audit, a file or a command line; the state is its owner’s alone', async () => {
  expect(await it.stop()).toBe(0)
  await overTls.start()
  expect(await overTls.stop()).toBe(0)
  const { places: all, secrets, open } = await places()
  console.info(`${secrets.length} secrets sought in ${all.length} places`)
  expect(secrets.length).toBeGreaterThan(60)
  expect(found(secrets, all)).toEqual([])
  expect(open).toEqual([])
})

test('a secret that somebody logs is found', async () => {
  await it.start()
  const shared = cloud.account('shared')
  const logs = client(CloudWatchLogsClient, shared)
  const group = { logGroupName: 'careless' }
  const credentials = publisher.credentials as Exclude<Connection['credentials'], () => unknown>
  await logs.send(new CreateLogGroupCommand(group))
  await logs.send(new CreateLogStreamCommand({ ...group, logStreamName: 'one' }))
  const message = `Authorization: Basic ${Buffer.from(`me:${credentials.secretAccessKey}`).toString('base64')}`
  await logs.send(
    new PutLogEventsCommand({ ...group, logStreamName: 'one', logEvents: [{ timestamp: Date.now(), message }] }),
  )
  await it.stop()
  const { places: all, secrets } = await places()
  expect(found(secrets, all)).toEqual([`the secret of ${credentials.accessKeyId} is in the table logs/event`])
})

test.each(['hello/world+1', 'päßwört "1"'])('the search knows how %j may be spelled', value => {
  const bytes = Buffer.from(value)
  const texts = [
    value,
    JSON.stringify({ value }),
    encodeURIComponent(value),
    bytes.toString('hex'),
    ...['', 'a', 'ab'].flatMap(before => [
      Buffer.from(`${before}${value}c`).toString('base64'),
      Buffer.from(`${before}${value}`).toString('base64url'),
    ]),
  ]
  const secret = { what: 'it', value }
  for (const text of texts) expect(found([secret], [{ where: 'there', text }]), text).toEqual(['it is in there'])
  expect(found([secret], [{ where: 'there', text: value.slice(1) }])).toEqual([])
})
