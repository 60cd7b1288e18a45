import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { synth } from '@tripoint/stacks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadProject } from '../../packages/cli/src/project/load.ts'
import { desk, eventsIn } from './cli.ts'

const { folder, tripoint, inside, events, clear } = desk()
afterAll(clear)

const churn = fileURLToPath(new URL('../../examples/churn', import.meta.url))
const repository = join(folder, 'repository')
const line = join(repository, 'line')
const definition = join(line, 'tripoint.config.ts')

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost', ...args], {
    cwd: repository,
    env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  }).toString()

const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(file, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
  writeFileSync(file, text.replace(from, to))
}

beforeAll(() => {
  mkdirSync(line, { recursive: true })
  for (const file of ['tripoint.config.ts', 'training.template.json']) cpSync(join(churn, file), join(line, file))
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(repository, 'README.md'), 'a line')
  git('add', 'README.md')
  git('commit', '--quiet', '-m', 'nothing yet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'a line')
  edit(definition, "user/publisher'", "user/publisher', 'arn:aws:iam::111111111111:user/eve'")
  git('commit', '--quiet', '--all', '-m', 'eve publishes')
})

const here = { cwd: repository }

test('two revisions: who can do what now, in words; nothing is checked out', async () => {
  edit(definition, "endpoint: 'churn'", "endpoint: 'live'")
  const { code, out } = await tripoint('diff HEAD~1..HEAD --path line', here)
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining("shared's eve can now decrypt with the shared key"),
  })
  expect(out).toContain('HEAD~1:line/tripoint.config.ts is a program, and was run as it was then')
  expect(out).toMatch(/HEAD:tripoint\.out\/churn-base\.template\.json:\d+/)
  expect(out).not.toContain('live')
  expect(git('status', '--short')).toBe(' M line/tripoint.config.ts\n')
  expect(readdirSync(folder).filter(name => name.startsWith('tripoint-'))).toEqual([])
})

test('a revision and what lies on disk', async () => {
  const [, diff] = await events('diff HEAD.. --path line', here)
  expect(diff).toMatchObject({ type: 'diff', diff: { before: expect.stringMatching(/^HEAD \(/), after: 'line' } })
  expect(JSON.stringify(diff)).toContain("production's deployer can now create sagemaker endpoint/live in production")
  expect(JSON.stringify(diff)).not.toContain("'s eve")
})

test('what is said of a file goes for its revisions too', async () => {
  const file = 'line/training.template.json'
  const { code, out } = await inside(`diff HEAD.. --path ${file} --account ./${file}=222222222222 --json`, here)
  const [event] = eventsIn(out)
  expect({ code, event }).toMatchObject({ code: 0, event: { diff: { changes: [], made: [] } } })
  expect(JSON.stringify(event)).toContain('"id":"222222222222"')
  expect(out).not.toMatch(/"id":"90/)
})

test('as a comment for a pull request, of a line that is new, which fails the check when it is to', async () => {
  const { code, out } = await tripoint('diff HEAD~2 HEAD --path line --markdown --fail-on-added', here)
  expect(code).toBe(1)
  expect(out).toMatch(/- HEAD\\~2 \(\w+\) has nothing at line: all is new/)
  expect(out).toContain("| ➕ | shared | shared's eve can now write the objects under data/ of the shared bucket |")
  expect(out).not.toContain('and everything')
  expect(out).toContain('<details><summary>the statements</summary>')
})

test('a change to templates alone', async () => {
  synth((await loadProject(churn)).definition, join(folder, 'before'))
  cpSync(join(folder, 'before'), join(folder, 'after'), { recursive: true })
  const template = join(folder, 'after/churn-base.template.json')
  const { Resources, ...rest } = JSON.parse(readFileSync(template, 'utf8'))
  const { Statement } = Resources.BucketPolicy.Properties.PolicyDocument
  Statement.push({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::churn-111111111111-us-east-1/data/*',
  })
  writeFileSync(template, JSON.stringify({ ...rest, Resources }))
  const { code, out } = await inside('diff before after --fail-on-added')
  expect(code).toBe(1)
  expect(out).toMatch(/\+ .*'s pipeline can now read the objects under data\/ of the \S+ bucket/)
  // The bucket restricts what is public to its own account.
  expect(out).toMatch(/- .*'s hosting can no longer read the objects under models\/churn-train- of the \S+ bucket/)
})

test('what is neither a file nor a revision', async () => {
  expect(await inside('diff nowhere', here)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/nowhere is neither a file or folder here nor a revision of git\n {2}cure: /),
  })
})
