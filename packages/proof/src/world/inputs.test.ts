import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readInputs } from './inputs.ts'
import { readWorld } from './read-world.ts'

const root = mkdtempSync(join(tmpdir(), 'proof-inputs-'))
afterAll(() => rmSync(root, { recursive: true }))

function folder(name: string, files: Readonly<Record<string, unknown>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true })
    writeFileSync(join(root, name, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return join(root, name)
}

const TEMPLATE = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }
const nameOf = (path: string) => path.slice(root.length + 1)
const seen = ({ inputs }: ReturnType<typeof readInputs>) => inputs.map(({ text: _, ...about }) => about)

test('a file is read once, however often it is given, and as its manifest knows it', () => {
  const out = folder('twice', {
    'manifest.json': { stacks: [{ name: 'b', account: '111111111111', region: 'us-east-1', template: 'b.json' }] },
    'access.json': [],
    'b.json': TEMPLATE,
    'extra.json': TEMPLATE,
  })
  const given = ['access.json', 'b.json', 'extra.json', 'manifest.json'].map(name => join(out, name))
  for (const paths of [given, given.toReversed(), [...given, out, join(out, 'extra.json')]]) {
    const { inputs, findings } = readInputs(paths, { nameOf })
    expect(inputs.map(({ name, account }) => [name, account]).toSorted()).toEqual([
      ['twice/b.json', '111111111111'],
      ['twice/extra.json', undefined],
    ])
    expect(findings.map(({ code }) => code)).toEqual(['passed-over'])
  }
})

test('what `tripoint synth` writes: accounts, regions and handed-on outputs are those of its manifest', () => {
  const out = folder('line', {
    'manifest.json': {
      pipeline: 'churn',
      stacks: [
        {
          name: 'b',
          account: '111111111111',
          region: 'us-east-1',
          template: 'b.template.json',
          parameters: { K: { stack: 'a', output: 'O' } },
        },
      ],
    },
    'b.template.json': TEMPLATE,
    'access.json': [],
    'pipeline.json': { pipeline: { stages: [] } },
  })
  const expected = {
    name: 'line/b.template.json',
    account: '111111111111',
    region: 'us-east-1',
    stack: 'b',
    parameters: { K: { stack: 'a', output: 'O' } },
  }
  expect(seen(readInputs([out], { nameOf }))).toEqual([expected])
  expect(seen(readInputs([join(out, 'manifest.json')], { nameOf }))).toEqual([expected])
})

test('what `cdk synth` writes, with stages', () => {
  const stack = (name: string, environment: string) => ({
    type: 'aws:cloudformation:stack',
    environment,
    properties: { templateFile: `${name}.template.json`, stackName: `${name}-stack`, parameters: { P: 'v' } },
  })
  const out = folder('cdk.out', {
    'manifest.json': {
      version: '36.0.0',
      artifacts: {
        'A.assets': { type: 'cdk:asset-manifest', properties: { file: 'A.assets.json' } },
        A: stack('A', 'aws://111111111111/eu-west-1'),
        U: stack('U', 'aws://unknown-account/unknown-region'),
        Prod: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        Out: { type: 'cdk:cloud-assembly', properties: { directoryName: '../line' } },
      },
    },
    'A.template.json': TEMPLATE,
    'U.template.json': TEMPLATE,
    'assembly-Prod/manifest.json': { artifacts: { C: stack('C', 'aws://333333333333/eu-west-1') } },
    'assembly-Prod/C.template.json': TEMPLATE,
  })
  const parameters = { P: 'v' }
  expect(seen(readInputs([out], { nameOf }))).toEqual([
    { name: 'cdk.out/A.template.json', account: '111111111111', region: 'eu-west-1', stack: 'A-stack', parameters },
    { name: 'cdk.out/U.template.json', stack: 'U-stack', parameters },
    {
      name: 'cdk.out/assembly-Prod/C.template.json',
      account: '333333333333',
      region: 'eu-west-1',
      stack: 'C-stack',
      parameters,
    },
  ])
})

test('a folder of templates and pipelines; what else is in it is named once, and a file that is named is read', () => {
  const all = folder('mixed', {
    'a.yml': 'Resources:\n  T: { Type: "AWS::SNS::Topic" }\n',
    'deep/b.json': TEMPLATE,
    'p.json': { pipeline: { name: 'p', stages: [] } },
    'package.json': { name: 'x' },
    'notes.txt': 'no',
    'node_modules/x/c.json': TEMPLATE,
  })
  const { inputs, findings } = readInputs([all], {
    nameOf,
    accounts: { a: '111111111111', 'mixed/deep/b.json': '222222222222' },
  })
  expect(inputs.map(({ name, account }) => [name, account])).toEqual([
    ['mixed/a.yml', '111111111111'],
    ['mixed/deep/b.json', '222222222222'],
    ['mixed/p.json', undefined],
  ])
  expect(findings).toMatchObject([
    { code: 'passed-over', severity: 'note', message: expect.stringContaining('package.json') },
  ])
  expect(readInputs([join(all, 'package.json')]).inputs).toHaveLength(1)
  expect(readWorld(inputs).resources.map(({ type }) => type)).toEqual([
    'AWS::SNS::Topic',
    'AWS::SNS::Topic',
    'AWS::CodePipeline::Pipeline',
  ])
})

test('what cannot be read is a finding: not there, empty, too long, a manifest that leads outside', () => {
  const code = (path: string) => readInputs([path]).findings.map(({ code, message }) => `${code} ${message}`)
  expect(code(join(root, 'nowhere'))).toEqual([expect.stringMatching(/^unreadable-file .* is not there$/)])
  expect(code(folder('empty', { 'x.txt': '' }))).toEqual([expect.stringMatching(/holds no template$/)])
  expect(code(join(folder('long', { 'x.json': 'x'.repeat(2_000_001) }), 'x.json'))).toEqual([
    expect.stringMatching(/bytes long$/),
  ])
  const out = folder('outside', { 'manifest.json': { stacks: [{ name: 'a', template: '../mixed/a.yml' }] } })
  const read = readInputs([out])
  expect([read.inputs.length, read.findings[0]?.message]).toEqual([0, expect.stringMatching(/outside its folder$/)])
})
