import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Event } from '../../packages/cli/src/report/event.ts'
import { desk, type Ended, push, type Running } from './cli.ts'

// What is wrong, where, and the cure: on standard error, with exit code 1, and nothing lost.

const { folder, begin, tripoint, events, left, clear } = desk()
const project = join(folder, 'my-line')
const state = join(folder, 'state')
const here = { cwd: project }
const template = join(project, 'training.template.json')
let twin: Running
let endpoint = ''

beforeAll(async () => {
  await tripoint('init my-line')
  twin = begin(`twin --port 0 --state ${state}`)
  endpoint = (await twin.until(/ready at (http:\S+),/))[1] ?? ''
})
afterAll(clear)

const refused = ({ code, err }: Ended, message: RegExp) =>
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(message) })

async function environment(account: string): Promise<Record<string, string>> {
  const [event] = await events(`env --account ${account} --state ${state}`)
  return event?.type === 'environment' ? { ...event.variables } : {}
}

describe('a definition', () => {
  const good = () => readFileSync(join(project, 'tripoint.config.ts'), 'utf8')
  test.each<[string, () => string, RegExp]>([
    [
      'with a wrong account id',
      () => good().replace('222222222222', '2222'),
      /wrong\.config\.ts: .*\n {2}accounts\.training: "2222"; allowed: .*12 digits.*; cure: /,
    ],
    [
      'with several mistakes',
      () => good().replace("name: 'churn'", "name: 'Churn'").replace("account: 'production'", "account: 'prod'"),
      /2 findings:\n {2}name: "Churn"; .*\n {2}stages.*"prod".*training.*cure: /,
    ],
    [
      'that throws',
      () => `${good()}\nthrow new Error('no such thing')`,
      /wrong\.config\.ts:\d+: no such thing\n {2}cure: /,
    ],
    ['that does not parse', () => 'export default {', /wrong\.config\.ts:\d+: .*\n {2}cure: /],
    ['that exports nothing', () => 'export const line = 1', /wrong\.config\.ts has no default export\n {2}cure: /],
    [
      'that exports something else',
      () => 'export default 3',
      /wrong\.config\.ts does not export a pipeline:\n(.|\n)*cure: /,
    ],
  ])('%s', async (_, source, message) => {
    writeFileSync(join(project, 'wrong.config.ts'), source())
    refused(await tripoint('synth --config wrong.config.ts --out never', here), message)
    expect(existsSync(join(project, 'never'))).toBe(false)
  })

  test('that is not there', async () =>
    refused(await tripoint('access'), /holds no tripoint\.config\.ts\n {2}cure: .*init/))
})

test.each([
  ['deplyo', /unknown command 'deplyo'\n\(Did you mean deploy\?\)\n\(tripoint --help/],
  ['deploy --froce', /unknown option '--froce'/],
  ['deploy now', /too many arguments for 'deploy'/],
  ['env --account 12', /--account 12 is no account id\n {2}cure: /],
  ['env --account 111111111111 --shell cmd', /--shell cmd is not known\n {2}cure: .*fish/],
  ['twin --port many', /--port many is no port\n {2}cure: /],
  ['twin --port 0 --state /dev/null/state', /\/dev\/null/],
  ['status --state nowhere --config my-line', /no twin runs on nowhere\n {2}cure: .*tripoint twin --state nowhere/],
  ['status --profile nobody --config my-line', /profile: \[nobody\].*\n {2}cure: /],
  ['status --config my-line', /Could not load credentials.*\n {2}cure: .*--profile/],
  ['invoke none.csv --config my-line', /none\.csv cannot be read\n {2}cure: /],
])('tripoint %s', async (args, message) => refused(await tripoint(args), message))

test('a port in use, a state directory that another twin holds, an endpoint where nobody answers', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(done => other.once('listening', done))
  const { port } = other.address() as { port: number }
  refused(await tripoint(`twin --port ${port} --state other`), new RegExp(`port ${port} is in use: stop .*--port 0`))
  await new Promise(done => other.close(done))
  refused(
    await tripoint(`twin --port 0 --state ${state}`),
    /state is held by another twin \(process \d+\): stop it, or /,
  )
  const credentials = await environment('111111111111')
  refused(
    await tripoint(`deploy --endpoint-url http://127.0.0.1:${port}`, { ...here, environment: credentials }),
    new RegExp(`cannot be reached: 127\\.0\\.0\\.1:${port}: nothing answers there\n {2}cure: see that the twin runs`),
  )
})

test('a deployment with the credentials of another account, and one cut off by Ctrl-C', async () => {
  const others = await environment('222222222222')
  refused(
    await tripoint(`deploy --endpoint-url ${endpoint}`, { ...here, environment: others }),
    /the credentials of "\w+" belong to account 222222222222, not \d+\n {2}cure: .*--profile/,
  )
  const deploy = begin(`deploy --state ${state} --make-people`, here)
  await deploy.until(/CREATE_COMPLETE churn-base {2}Key/)
  deploy.kill('SIGINT')
  const { code, err } = await deploy.ended
  expect({ code, err }).toEqual({
    code: 130,
    err: expect.stringMatching(/^stopped\n {2}cure: .*tripoint deploy waits/),
  })
  expect(await tripoint(`deploy --state ${state}`, here)).toMatchObject({ code: 0, err: '' })
})

describe('a line', () => {
  const original = () =>
    JSON.parse(readFileSync(join(import.meta.dirname, '../../examples/churn/training.template.json'), 'utf8'))
  const data = join(project, 'data/train.csv')

  async function stands(): Promise<Extract<Event, { type: 'table' }>[]> {
    for (;;) {
      const tables = (await events(`status --state ${state}`, here)).filter(event => event.type === 'table')
      if (tables.at(-1)?.rows[0]?.[1] !== 'InProgress') return tables
    }
  }

  test('without a commit', async () => {
    refused(
      await tripoint(`run --state ${state}`, here),
      /Failed at Source\/Source: .*no branch named main.*\n {2}cure: /,
    )
  })

  test('without data', async () => {
    refused(await tripoint(`upload none --state ${state}`, here), /none holds no training data\n {2}cure: /)
  })

  test.each<[string, (template: ReturnType<typeof original>) => string, RegExp]>([
    [
      'with a cycle in its template',
      template => {
        const { Workflow } = template.Resources
        const Resources = {
          Workflow: { ...Workflow, DependsOn: 'Other' },
          Other: { ...Workflow, DependsOn: 'Workflow' },
        }
        return JSON.stringify({ ...template, Resources })
      },
      /Circular dependency between resources: \[(Workflow, Other|Other, Workflow)\]/,
    ],
    [
      'with a template that is no JSON',
      template => JSON.stringify(template, null, 2).replace('"Resources": {', '"Resources": {{'),
      /JSON not well-formed\. \(line \d+, column \d+\)/,
    ],
    [
      'with a state machine that does not parse',
      template => JSON.stringify(template).replace('"Type":"Task"', '"Type":"Tsk"'),
      /Invalid State Machine Definition: .*\/States\/Train\/Type/,
    ],
  ])('%s', async (name, edit, message) => {
    writeFileSync(template, edit(original()))
    push(project, name, await environment('111111111111'))
    const [stages] = await stands()
    const says = stages?.rows.find(([, action]) => action === 'DeployWorkflow')
    expect(says).toEqual(['Train', 'DeployWorkflow', 'Failed', expect.any(String), expect.stringMatching(message)])
    const run = await tripoint(`run --state ${state}`, here)
    refused(run, message)
    expect(run.err).toContain('cure: mend the template in the repository, and push it')
  })

  test('whose data is missing, or not a number, or has no label', async () => {
    writeFileSync(template, JSON.stringify(original(), null, 2))
    push(project, 'Mended', await environment('111111111111'))
    await stands()
    refused(
      await tripoint(`run --state ${state}`, here),
      /RunWorkflow: .*No S3 objects found under .*\/data\/train\.csv/,
    )
    const rows = readFileSync(data, 'utf8').split('\n')
    const withRow = (at: number, edit: (row: string) => string) =>
      rows.map((row, index) => (index === at ? edit(row) : row)).join('\n')
    for (const [text, message] of [
      [
        withRow(6, row => row.replace(/^([^,]*,[^,]*),[^,]*/, '$1,many')),
        /train\.csv', line 7, column 3: 'many' is not a number/,
      ],
      [withRow(2, row => row.replace(/^[^,]*/, '')), /train\.csv', line 3, column 1: the label is empty/],
    ] as const) {
      writeFileSync(data, text)
      expect(await tripoint(`upload --state ${state}`, here)).toMatchObject({ code: 0 })
      refused(await tripoint(`run --state ${state}`, here), message)
    }
    writeFileSync(data, rows.join('\n'))
    expect(await tripoint(`upload --state ${state}`, here)).toMatchObject({ code: 0 })
  })

  test('that is mended runs; whoever stops watching it stops nothing', async () => {
    refused(await tripoint(`approve --state ${state}`, here), /no approval of churn waits.*\n {2}cure: .*status/)
    refused(await tripoint(`invoke ${data} --state ${state}`, here), /Endpoint churn .*not found.*\n {2}cure: .*run/)
    const run = begin(`run --state ${state}`, here)
    await run.until(/Approve waits/)
    run.kill('SIGINT')
    expect(await run.ended).toMatchObject({ code: 130, err: expect.stringMatching(/^stopped\n {2}cure: .*status/) })
    expect(await tripoint(`approve --state ${state}`, here)).toMatchObject({ code: 0, err: '' })
    const [stages] = await stands()
    expect(stages?.rows.map(([, , status]) => status)).toEqual(Array(5).fill('Succeeded'))
    refused(
      await tripoint(`invoke --state ${state}`, { ...here, input: '1,2,many' }),
      /column 3: 'many' is not a number/,
    )
  })
})

test('a demo cut off by Ctrl-C leaves no process, keeps its state, and goes on where it was', async () => {
  twin.kill('SIGTERM')
  await twin.ended
  const demo = begin('demo --approve')
  await demo.until(/Succeeded Train\/DeployWorkflow/)
  demo.kill('SIGINT')
  const { code, out, err } = await demo.ended
  expect({ code, err }).toEqual({ code: 130, err: expect.stringMatching(/^stopped\n/) })
  expect(left()).toEqual([])
  const again = /tripoint (?:-- )?(demo --directory \S+)/.exec(out + err)?.[1] ?? ''
  const resumed = await tripoint(`${again} --approve`)
  expect(resumed).toMatchObject({ code: 0, err: '', out: expect.stringContaining('AUC on 665 labelled rows 0.87') })
  expect(resumed.out).toContain('goes on with execution')
  expect(left()).toEqual([])
})
