import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desk } from './cli.ts'

// `check` as it is typed: what it prints and writes, and what the shell hears.

const { folder, tripoint, inside, events, clear } = desk()
const project = join(folder, 'my-line')
const here = { cwd: project }
const base = join(project, 'out/churn-base.template.json')

beforeAll(async () => {
  await tripoint('init my-line')
  await tripoint('synth --out out', here)
})
afterAll(clear)

/** The base stack's template, with one text in place of another, in a folder with the others. */
function changed(name: string, from: string, to: string): string {
  const text = readFileSync(base, 'utf8')
  expect(text).toContain(from)
  const file = join(project, name, 'churn-base.template.json')
  mkdirSync(join(project, name), { recursive: true })
  for (const other of [
    'manifest.json',
    'churn-training.template.json',
    'churn-production.template.json',
    'churn-pipeline.template.json',
  ])
    writeFileSync(join(project, name, other), readFileSync(join(project, 'out', other)))
  writeFileSync(file, text.replace(from, to))
  return name
}

const lineOf = (file: string, words: string) =>
  readFileSync(join(project, file), 'utf8')
    .split('\n')
    .findIndex(line => line.includes(words)) + 1

test('a definition: everything needed is allowed, and nothing else, in every form', async () => {
  const { code, out, err } = await tripoint('check --long --format all --out reports', here)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/wrote reports\/check\.txt\n(.|\n)*wrote reports\/check\.html\n {2}churn: everything/)
  const read = (name: string) => readFileSync(join(project, 'reports', name), 'utf8')

  const text = read('check.txt')
  const [first = '', ...lines] = text.trimEnd().split('\n')
  expect(first).toMatch(/^✓ churn: everything needed is allowed, and nothing else/)
  expect(lines.at(-1)).toBe(first)
  const [, allowed, needed] = /\nneeded and allowed: (\d+) of (\d+)\n/.exec(text) ?? []
  expect(Number(needed)).toBeGreaterThan(90)
  expect(allowed).toBe(needed)
  const empty = [
    'allowed but not needed: nothing',
    'reachable by others: nothing',
    'escalation paths between accounts: none',
  ]
  for (const part of empty) expect(text).toContain(`\n${part}\n`)
  expect(text).toMatch(/\nproof: \d+ questions/)
  expect(text).toMatch(/✓ training churn-train-training-us-east-1 kms:Decrypt on key\//)
  expect(text).toMatch(/identity policy: tripoint\.out\/churn-training\.template\.json:\d+/)
  expect(text).toMatch(/key policy: tripoint\.out\/churn-base\.template\.json:\d+/)

  expect(JSON.parse(read('check.json'))).toMatchObject({ subject: { name: 'churn', needsFrom: 'definition' } })
  expect(JSON.parse(read('check.sarif'))).toMatchObject({ version: '2.1.0' })
  expect(read('check.html')).toMatch(/^<!doctype html>(.|\n)*<\/html>\n$/)
  expect(statSync(join(project, 'reports/check.html')).size).toBeLessThan(300_000)
})

test('a definition that is wrong: each finding with its line, in every form', async () => {
  const name = join(project, 'misspelt')
  mkdirSync(name)
  const definition = readFileSync(join(project, 'tripoint.config.ts'), 'utf8').replace("'222222222222'", "'22222'")
  writeFileSync(join(name, 'tripoint.config.ts'), definition)
  const line = definition.split('\n').findIndex(text => text.includes("'22222'")) + 1
  expect(await tripoint('check misspelt --format all --out wrong-reports', here)).toMatchObject({ code: 1, err: '' })
  expect(readFileSync(join(project, 'wrong-reports/check.txt'), 'utf8')).toMatch(
    new RegExp(`misspelt/tripoint\\.config\\.ts:${line} accounts\\.training is "22222"; allowed: an AWS`),
  )
  const sarif = readFileSync(join(project, 'wrong-reports/check.sarif'), 'utf8')
  expect(JSON.parse(sarif).runs[0].results[0].locations[0].physicalLocation.region.startLine).toBe(line)
})

test('the templates beside the definition: what is missing, where', async () => {
  const name = changed('wrong', '"kms:GenerateDataKey"', '"kms:GenerateMac"')
  const { code, out, err } = await tripoint(`check --config . ${name}`, here)
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(out).toMatch(/^✗ churn: \d+ errors?/)
  expect(out).toMatch(/✗ denied: shared churn-pipeline-us-east-1 kms:GenerateDataKey/)
  expect(out).toMatch(/missing in the key policy: /)
  // The statement that is wrong is quoted with its line.
  const line = lineOf(`${name}/churn-base.template.json`, '"kms:GenerateMac"')
  const places = [...out.matchAll(/wrong\/churn-base\.template\.json:(\d+)/g)].map(([, at]) => Number(at))
  expect(places.some(at => at <= line && line - at < 8)).toBe(true)
})

test('templates alone: a misspelt action is named with its line, and what fails can be chosen', async () => {
  const name = changed('typo', '"kms:GenerateDataKey"', '"kms:GenerateDataKeys"')
  const { code, out } = await tripoint(`check ${name} --out typo.sarif --fail-on never`, here)
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/wrote typo\.sarif\n {2}typo: \d+ errors?/) })
  const places = JSON.parse(readFileSync(join(project, 'typo.sarif'), 'utf8'))
    .runs[0].results.filter(({ message }: { message: { text: string } }) => message.text.includes('GenerateDataKeys'))
    .map(({ locations }: { locations: { physicalLocation: unknown }[] }) => locations[0]?.physicalLocation)
  expect(places).toContainEqual({
    artifactLocation: { uri: 'typo/churn-base.template.json', uriBaseId: '%SRCROOT%' },
    region: { startLine: lineOf('typo/churn-base.template.json', 'GenerateDataKeys'), startColumn: expect.any(Number) },
  })
})

test('what is not understood or not read is neither clean nor a problem', async () => {
  const lines: readonly (readonly [string, RegExp])[] = [
    ['check nothing.json', /^nothing\.json is not there\n {2}cure: /],
    ['check --format pdf', /^--format pdf is not known\n {2}cure: give one of text, json, sarif, html, all\n/],
    ['check --account x=1', /^--account x=1 is no NAME=12 digits\n {2}cure: /],
    ['check --parameter x', /^--parameter x is no NAME=/],
    ['check out --parameter Kee=x', /^--parameter: no template has Kee\n {2}cure: name one of KeyArn\n/],
    ['check out --account churn=111111111111', /^--account: no template is called churn\n {2}cure: name one of out/],
    ['check --bogus', /unknown option/],
  ]
  for (const [line, message] of lines) {
    expect(await inside(line, here)).toEqual({ code: 2, out: '', err: expect.stringMatching(message) })
  }
  expect(await inside('check')).toMatchObject({
    code: 2,
    err: expect.stringContaining('holds no tripoint.config.ts'),
  })
})

test('--json is the whole report in one event', async () => {
  const all = await events('check', here)
  expect(all.map(({ type }) => type)).toEqual(['check'])
  const [event] = all
  expect(event?.type === 'check' && event.report.needed.every(({ verdict }) => verdict === 'allowed')).toBe(true)
})

test('nothing is written that was not asked for', () => expect(existsSync(join(project, 'tripoint.out'))).toBe(false))
