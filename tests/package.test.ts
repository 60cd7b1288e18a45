import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

// What users get: the package is built, packed, installed from its tarball into an empty folder, and used there.

const root = join(import.meta.dirname, '..')
const place = mkdtempSync(join(tmpdir(), 'tripoint-package-'))
const app = join(place, 'app')
const project = join(app, 'x')

/** Without what `npm test` tells its children: it would make npm think of the repository. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|config_local)_|INIT_CWD)/.test(name)),
  ),
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
}

const run = async (cwd: string, command: string, ...args: string[]) =>
  (await promisify(execFile)(command, args, { cwd, env, maxBuffer: 2 ** 26 })).stdout

const tripoint = join(app, 'node_modules/.bin/tripoint')

beforeAll(async () => {
  const built = join(place, 'built')
  await run(root, process.execPath, 'packages/cli/build/main.ts', built)
  await run(built, 'npm', 'pack', '--silent', '--pack-destination', place)
  mkdirSync(app)
  const tarball = join(place, `tripoint-${JSON.parse(readFileSync(join(built, 'package.json'), 'utf8')).version}.tgz`)
  await run(app, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', tarball)
}, 300_000)

afterAll(() => rmSync(place, { recursive: true, force: true }))

test('holds code, types and data, and nothing of the workspaces', () => {
  const files = globSync('**', { cwd: join(app, 'node_modules/tripoint'), withFileTypes: true }).filter(file =>
    file.isFile(),
  )
  expect(files.filter(({ name }) => /(?<!\.d|\.config)\.ts$|\.test\./.test(name)).map(({ name }) => name)).toEqual([])
  const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n')
  expect(text).not.toMatch(/(from|import\()\s*["']@tripoint\//)
  expect(Object.keys(JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies)).toEqual(['tripoint'])
})

test('tripoint --help names the commands', async () => {
  expect(await run(app, tripoint, '--help')).toMatch(/init.*synth.*access.*twin.*deploy.*destroy/s)
})

test('tripoint init and synth write a project and its templates', async () => {
  await run(app, tripoint, 'init', 'x')
  expect(existsSync(join(project, 'data/train.csv'))).toBe(true)
  await run(project, tripoint, 'synth')
  const templates = globSync('**/*.template.json', { cwd: project }).filter(name => name !== 'training.template.json')
  expect(templates.length).toBeGreaterThanOrEqual(4)
  expect(await run(project, tripoint, 'access', '--json')).toContain('sagemaker:CreateTrainingJob')
})

test('tripoint check proves the project, and explains why', async () => {
  expect(await run(project, tripoint, 'check')).toContain('everything needed is allowed, and nothing else')
  expect(await run(project, tripoint, 'why', 'hosting', 'kms:Decrypt', 'Key')).toContain('allowed')
})

test('tripoint twin says that it is ready, and answers', async () => {
  const state = join(place, 'state')
  const twin = spawn(tripoint, ['twin', '--port', '0', '--state', state], {
    cwd: app,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(twin, 'exit')
  try {
    let endpoint: string | undefined
    for await (const line of createInterface(twin.stdout)) {
      endpoint = /ready at (http:\S+),/.exec(line)?.[1]
      if (endpoint) break
    }
    const lines = await run(app, tripoint, 'env', '--account', '111111111111', '--state', state)
    const operator = Object.fromEntries([...lines.matchAll(/^export (\w+)='(.*)'$/gm)].map(match => match.slice(1)))
    expect(operator.AWS_ENDPOINT_URL).toBe(endpoint)
    expect((await run(app, process.execPath, '--input-type=module', '-e', WHO, JSON.stringify(operator))).trim()).toBe(
      'arn:aws:iam::111111111111:user/administrator',
    )
  } finally {
    twin.kill('SIGTERM')
  }
  expect((await ended)[1]).toBe(null)
})

test.each([['xgboost/container', 2, 'usage: container train|serve\n']])(
  '%s, which the twin starts by its path, lies where it looks',
  async (name, code, stderr) => {
    const path = join(app, `node_modules/tripoint/packages/twin/src/runtime/${name}.js`)
    await expect(run(app, process.execPath, path)).rejects.toMatchObject({ code, stderr })
  },
)

test('its types hold in a strict program', async () => {
  writeFileSync(join(app, 'consumer.mts'), CONSUMER)
  const types = join(root, 'node_modules/@types')
  const options = '--noEmit --strict --module nodenext --target es2024 --types node'
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await run(app, process.execPath, tsc, ...options.split(' '), '--typeRoots', types, 'consumer.mts').catch(error =>
    expect.unreachable(error.stdout),
  )
})

/** The SDK comes with the package; it takes everything from the environment, as a user's program would. */
const WHO = `
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
Object.assign(process.env, JSON.parse(process.argv[1]))
console.log((await new STSClient().send(new GetCallerIdentityCommand())).Arn)
`

const CONSUMER = `
import { approve, codecommit, definePipeline, deployEndpoint, train } from 'tripoint'
import { synthTemplates } from 'tripoint/stacks'
import { decide } from 'tripoint/iam'
import { twin } from 'tripoint/twin'

export const churn = definePipeline({
  name: 'churn',
  region: 'us-east-1',
  accounts: { shared: '111111111111', training: '222222222222', production: '333333333333' },
  source: codecommit({ repository: 'churn', branch: 'main' }),
  stages: [
    train({ account: 'training', template: 'training.template.json', data: 'data/' }),
    approve(),
    deployEndpoint({ account: 'production', endpoint: 'churn', instanceType: 'ml.m5.large' }),
  ],
})
export const all = [synthTemplates, decide]
const running = await twin({ state: 's' })
export const endpoint: string = running.endpoint
// @ts-expect-error it is a string: types that were lost would be any
export const wrong: number = running.endpoint
// @ts-expect-error a name is missing
definePipeline({ region: 'us-east-1' })
`
