import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SAMPLE_LINES } from './sample-lines.fixture.ts'
import { type StackEntry, synth, synthTemplates } from './synth.ts'

const { plain, everything } = SAMPLE_LINES

test('synth writes what deploy and the published way of working need', () => {
  const directory = mkdtempSync(join(tmpdir(), 'synth-test-'))
  try {
    synth(plain, directory, { keyArn: 'arn:aws:kms:us-east-1:111111111111:key/k' })
    expect(readdirSync(directory).toSorted()).toEqual([
      'access.json',
      'churn-base.template.json',
      'churn-pipeline.template.json',
      'churn-production.template.json',
      'churn-training.template.json',
      'manifest.json',
      'pipeline.json',
    ])
    const { pipeline } = JSON.parse(readFileSync(join(directory, 'pipeline.json'), 'utf8'))
    expect(pipeline.artifactStore.encryptionKey).toEqual({
      id: 'arn:aws:kms:us-east-1:111111111111:key/k',
      type: 'KMS',
    })
    expect(JSON.parse(pipeline.stages[1].actions[0].configuration.ParameterOverrides)).toMatchObject({
      StateMachineName: 'churn-train',
      KeyArn: 'arn:aws:kms:us-east-1:111111111111:key/k',
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('the stacks depend one way: base, the accounts, pipeline', () => {
  const { stacks } = synthTemplates(everything).manifest
  expect(stacks.map(({ name, dependsOn }: StackEntry) => [name, ...dependsOn])).toEqual([
    ['churn-base'],
    ['churn-training', 'churn-base'],
    ['churn-staging', 'churn-base'],
    ['churn-production', 'churn-base'],
    ['churn-pipeline', 'churn-base', 'churn-training', 'churn-staging', 'churn-production'],
  ])
  for (const { dependsOn, parameters } of stacks)
    for (const { stack, output } of Object.values(parameters)) {
      expect(dependsOn).toContain(stack)
      expect(synthTemplates(everything).templates[stack]?.Outputs).toHaveProperty(output)
    }
})

/** Characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; S3 and KMS count bytes. */
const LIMITS: Readonly<Record<string, readonly [property: string, limit: number]>> = {
  'AWS::IAM::Role': ['Policies', 10_240],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument', 6144],
  'AWS::S3::BucketPolicy': ['PolicyDocument', 20_480],
  'AWS::KMS::Key': ['KeyPolicy', 32_768],
}

test.each(Object.entries(SAMPLE_LINES))(
  'what is made of the %s line keeps within the limits of AWS',
  (_, definition) => {
    const { templates, pipeline } = synthTemplates(definition)
    for (const [name, template] of Object.entries(templates)) {
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
      expect([name, JSON.stringify(template, null, 2).length < 51_200]).toEqual([name, true])
      for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
        const [property, limit] = LIMITS[Type] ?? ['', Number.POSITIVE_INFINITY]
        expect([id, JSON.stringify(Properties[property] ?? '').length < limit]).toEqual([id, true])
        const trust = JSON.stringify(Properties.AssumeRolePolicyDocument ?? '').length
        expect([id, trust < 2048, String(Properties.RoleName ?? '').length <= 64]).toEqual([id, true, true])
      }
    }
    const values = JSON.stringify(pipeline).match(/"(?:ParameterOverrides|UserParameters)":"(?:[^"\\]|\\.)*"/g) ?? []
    expect(values).toHaveLength(definition.stages.filter(({ kind }) => kind !== 'approve').length)
    for (const value of values) expect(value.length).toBeLessThan(1000)
  },
)

test("CDK's validation finds nothing", () => {
  const script = `
    const [{ synthTemplates }, { SAMPLE_LINES }] = await Promise.all([import('./synth.ts'), import('./sample-lines.fixture.ts')])
    synthTemplates(SAMPLE_LINES.everything, { validate: true })`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' })
})
