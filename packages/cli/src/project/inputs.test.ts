import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readWorld } from '@tripoint/proof'
import { synth } from '@tripoint/stacks'
import { afterAll, expect, test } from 'vitest'
import { inputsOf } from './inputs.ts'
import { loadProject } from './load.ts'

const churn = fileURLToPath(new URL('../../../../examples/churn', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'inputs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a definition stands for what synth writes, and for the templates that its pipeline deploys', async () => {
  const { inputs, findings, definition } = await inputsOf([churn])
  expect(findings).toEqual([])
  synth((await loadProject(churn)).definition, folder)
  for (const { name, text } of inputs.slice(0, -1))
    expect(text).toBe(readFileSync(join(folder, name.replace('tripoint.out/', '')), 'utf8'))
  expect(inputs.map(({ stack, account, label }) => [stack, account, label])).toEqual([
    ['churn-base', '111111111111', 'shared'],
    ['churn-training', '222222222222', 'training'],
    ['churn-production', '333333333333', 'production'],
    ['churn-pipeline', '111111111111', 'shared'],
    ['churn-train-workflow', '222222222222', 'training'],
  ])
  const world = readWorld(inputs, { accounts: definition?.accounts ?? {} })
  expect(world.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  // The workflow's parameters are those that the pipeline passes, the key's ARN among them.
  expect(world.resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine')).toMatchObject({
    arn: 'arn:aws:states:us-east-1:222222222222:stateMachine:churn-train',
    properties: {
      RoleArn: 'arn:aws:iam::222222222222:role/churn-train-workflow-us-east-1',
      DefinitionSubstitutions: {
        KeyArn: world.resources.find(({ type }) => type === 'AWS::KMS::Key')?.arn,
        DataUri: 's3://churn-111111111111-us-east-1/data',
      },
    },
  })
})

test('a workflow template that is not there is a finding', async () => {
  cpSync(join(churn, 'tripoint.config.ts'), join(folder, 'alone/tripoint.config.ts'))
  const { inputs, findings } = await inputsOf([join(folder, 'alone')])
  expect(inputs).toHaveLength(4)
  expect(findings).toEqual([
    expect.objectContaining({
      severity: 'error',
      message: expect.stringMatching(/training\.template\.json is not there$/),
    }),
  ])
})

test('two definitions are not one line', async () => {
  await expect(inputsOf([churn, join(churn, 'tripoint.config.ts')])).rejects.toThrow(/are definitions/)
})
