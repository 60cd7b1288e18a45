import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commands } from '../../packages/cli/src/commands/index.ts'
import type { Event } from '../../packages/cli/src/report/event.ts'
import { desk, eventsIn, push, type Running } from './cli.ts'
import { remains } from './remains.ts'

// The product as it is typed: every command is a process of its own, the later tests go on where the earlier ones stopped.

const { folder, begin, tripoint, events, left, clear } = desk()
const project = join(folder, 'my-line')
const state = join(folder, 'state')
const here = { cwd: project }
let twin: Running
let endpoint = ''

beforeAll(async () => {
  twin = begin(`twin --port 0 --state ${state}`)
  endpoint = (await twin.until(/ready at (http:\S+), state in (\S+)\n/))[1] ?? ''
})
afterAll(clear)

const of = <Type extends Event['type']>(all: readonly Event[], type: Type) =>
  all.filter((event): event is Extract<Event, { type: Type }> => event.type === type)

async function environment(account: string, more = ''): Promise<Record<string, string>> {
  const [event] = of(await events(`env --account ${account} --state ${state} ${more}`), 'environment')
  return { ...event?.variables }
}

test.each(Object.keys(commands))('%s --help says what it does and takes', async name => {
  const { code, out } = await tripoint(`${name} --help`)
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`Usage: tripoint ${name}`) })
  expect(out).toContain(commands[name]?.about.slice(0, 30))
  // Every option has words of its own.
  expect(out).not.toMatch(/^ {2}--\S+( <\S+>)?\s*(\(default.*)?$/m)
})

test('init writes a project, once', async () => {
  expect((await tripoint('init my-line')).out).toContain('tripoint.config.ts')
  expect(await tripoint('init my-line')).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') })
})

test('env is code for the shell', async () => {
  const { out } = await tripoint(`env --account 111111111111 --state ${state}`)
  const shell = `eval "$1"; printf '%s\\n' "$AWS_ENDPOINT_URL" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_REGION"`
  const read = execFileSync('sh', ['-c', shell, 'sh', out], { encoding: 'utf8', env: {} }).trim().split('\n')
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = await environment('111111111111')
  expect(read).toEqual([AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION])
  expect(AWS_ENDPOINT_URL).toBe(endpoint)
  const root = await environment('111111111111', '--root')
  expect(root.AWS_ACCESS_KEY_ID).not.toBe(AWS_ACCESS_KEY_ID)
  const [fish, powershell] = await Promise.all(
    ['fish', 'powershell'].map(shell => tripoint(`env --account 111111111111 --state ${state} --shell ${shell}`)),
  )
  expect(fish?.out).toContain(`set -gx AWS_ENDPOINT_URL '${endpoint}'\n`)
  expect(powershell?.out).toContain(`$env:AWS_ENDPOINT_URL = '${endpoint}'\n`)
})

test('access and synth need no cloud', async () => {
  const list = of(await events('access', here), 'access')
  expect(list.length).toBeGreaterThan(80)
  expect((await tripoint('access --hop trigger', here)).out).toMatch(/^\d accesses\nhop .*\ntrigger /)
  const [table] = of(await events('synth --out templates', here), 'table')
  expect(table?.rows.map(([stack]) => stack)).toEqual([
    'churn-base',
    'churn-training',
    'churn-production',
    'churn-pipeline',
  ])
  expect(JSON.parse(readFileSync(join(project, 'templates/pipeline.json'), 'utf8'))).toHaveProperty(
    'pipeline.name',
    'churn',
  )
})

test('deploy says who is missing, then builds all stacks, then finds nothing to do', async () => {
  expect(await tripoint(`deploy --state ${state}`, here)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/user\/publisher\n {2}\S+user\/approver\n {2}cure: .*--make-people/),
  })
  const { code, out } = await tripoint(`deploy --state ${state} --make-people`, here)
  expect(code).toBe(0)
  expect(out).toMatch(/✓ churn-base created.*✓ churn-pipeline created.*churn is deployed/s)
  expect(out).not.toContain('IN_PROGRESS')
  const again = of(await events(`deploy --state ${state}`, here), 'stack-done')
  expect(again.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged'])
})

test('upload, and a push with the credential helper, start the line; approve in another terminal lets it go on', async () => {
  const keys = await tripoint(`upload --state ${state}`, here)
  expect(keys).toMatchObject({ code: 0, err: '' })
  expect(keys.out.trim().split(/\s+/)).toHaveLength(3)
  push(project, 'Train', await environment('111111111111'))
  await approving('approve')
  await ended('Succeeded')
  const shown = await tripoint(`status --state ${state}`, here)
  expect(shown.out).toContain('✓ Source ──► ✓ Train ──► ✓ Approve ──► ✓ Deploy')
  expect(shown.out).toMatch(/Succeeded +\S+ \S+ +CloudWatchEvent .*churn-commit/)
})

/** Answers as soon as somebody can. */
async function approving(command: 'approve' | 'reject'): Promise<Event[]> {
  for (;;) {
    const { code, out, err } = await tripoint(`${command} --state ${state} --summary seen --json`, here)
    if (code === 0) return [JSON.parse(out)]
    expect(err).toContain('no approval of churn waits')
  }
}

async function ended(status: string): Promise<void> {
  for (;;) {
    const tables = of(await events(`status --state ${state}`, here), 'table')
    const newest = tables.at(-1)?.rows[0]?.[1]
    if (newest !== 'InProgress') return expect(newest).toBe(status)
  }
}

test('run follows the line, shows the metrics, and fails when the approval is rejected', async () => {
  const run = begin(`run --state ${state}`, here)
  await run.until(/Approve waits: tripoint approve, or tripoint reject/)
  expect((await tripoint(`status --state ${state}`, here)).out).toContain('✓ Train ──► ● Approve')
  expect(of(await approving('reject'), 'approval')).toMatchObject([{ stage: 'Approve', answer: 'rejected' }])
  const { code, out, err } = await run.ended
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/is Failed at Approve\/Approve: .*seen/) })
  expect(out).toMatch(/Succeeded Train\/RunWorkflow .*\n {2}train:auc 0\.9\d+\n {2}validation:auc 0\.87\d+\n/)
})

test('run succeeds when it is approved', async () => {
  const run = begin(`run --state ${state} --json`, here)
  await run.until(/Approve waits/)
  await approving('approve')
  const { code, out } = await run.ended
  const all = eventsIn(out)
  expect(code).toBe(0)
  expect(of(all, 'metric')).toMatchObject([{ name: 'train:auc' }, { name: 'validation:auc' }])
  expect(
    of(all, 'action')
      .filter(({ status }) => status === 'Succeeded')
      .map(({ action }) => action),
  ).toEqual(['Source', 'DeployWorkflow', 'RunWorkflow', 'Approve', 'DeployEndpoint'])
  expect(all.at(-1)?.type).toBe('done')
})

test('logs are those of the jobs, the deployer and the endpoint', async () => {
  const groups = new Set(of(await events(`logs --state ${state}`, here), 'log').map(({ group }) => group))
  expect([...groups].toSorted()).toEqual([
    '/aws/lambda/churn-deploy',
    '/aws/sagemaker/Endpoints/churn',
    '/aws/sagemaker/TrainingJobs',
  ])
})

test('invoke answers a line for a line, from a file and from standard input', async () => {
  const rows = readFileSync(join(project, 'data/validation-labelled.csv'), 'utf8').split('\n').slice(0, 3)
  const features = rows.map(row => row.slice(row.indexOf(',') + 1)).join('\n')
  writeFileSync(join(project, 'rows.csv'), features)
  const { out } = await tripoint(`invoke rows.csv --state ${state}`, here)
  const scores = out.trim().split('\n').map(Number)
  expect(scores).toHaveLength(3)
  expect(scores.every(score => score > 0 && score < 1)).toBe(true)
  const piped = of(await events(`invoke --state ${state}`, { ...here, input: features }), 'prediction')
  expect(piped.map(({ body }) => Number(body))).toEqual(scores)
})

test('access --used lays what the runs used beside the list, for who can read the state directory', async () => {
  const { out } = await tripoint(`access --used --state ${state}`, here)
  const [used = 0, all = 0] = (/^(\d+) accesses, (\d+) used\n/.exec(out) ?? []).slice(1).map(Number).toReversed()
  expect(all - used).toBeLessThan(20)
  expect(out).toContain('\n0 used that are not on the list\n')
  expect((await fetch(`${endpoint}/_audit`)).status).toBe(403)
})

test('a twin says which half of a refused call is missing', async () => {
  const variables = await environment('222222222222')
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = variables
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } })
  await expect(s3.send(new ListObjectsV2Command({ Bucket: 'churn-111111111111-us-east-1' }))).rejects.toThrow(
    'Access Denied',
  )
  await twin.until(/denied arn:aws:iam::222222222222:user\/administrator s3:ListBucket on \S+\n +missing resource: /)
})

test('profiles and an endpoint URL are as good as the state directory', async () => {
  const roles = { shared: '111111111111', training: '222222222222', production: '333333333333' }
  const sections = await Promise.all(
    Object.entries(roles).map(async ([role, account]) => {
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = await environment(account)
      return `[profile my-${role}]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`
    }),
  )
  mkdirSync(join(folder, '.aws'))
  writeFileSync(join(folder, '.aws/config'), sections.join('\n'))
  const profiles = Object.keys(roles).map(role => `--profile ${role}=my-${role}`)
  const changes = of(await events(`deploy --endpoint-url ${endpoint} ${profiles.join(' ')}`, here), 'stack-done')
  expect(changes.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged'])
  expect(await tripoint(`deploy --endpoint-url ${endpoint} --profile my-shared`, here)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/the credentials of "\w+" belong to account 111111111111, not \d+\n {2}cure: /),
  })
})

test('destroy asks, leaves nothing, and may be repeated', async () => {
  expect(await tripoint(`destroy --state ${state}`, here)).toMatchObject({
    code: 1,
    err: expect.stringContaining('give --yes'),
  })
  const gone = of(await events(`destroy --yes --state ${state}`, here), 'stack-done')
  expect(gone.map(({ stack }) => stack)).toEqual([
    'churn-pipeline',
    'churn-train-workflow',
    'churn-training',
    'churn-production',
    'churn-base',
  ])
  expect(gone.every(({ change }) => change === 'deleted')).toBe(true)
  for (const account of ['111111111111', '222222222222', '333333333333'])
    expect({ [account]: await remains(await environment(account)) }).toEqual({ [account]: [] })
  expect(await tripoint(`destroy --yes --state ${state}`, here)).toMatchObject({ code: 0, err: '' })
  expect(await tripoint(`status --state ${state}`, here)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/PipelineNotFound.*\n {2}cure: deploy the line first/),
  })
})

test('the twin stops when it is asked to, and nothing is left of it', async () => {
  twin.kill('SIGINT')
  expect(await twin.ended).toMatchObject({ code: 0, err: '' })
  expect(left()).toEqual([])
})
