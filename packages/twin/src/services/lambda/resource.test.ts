import * as api from '@aws-sdk/client-cloudformation'
import { GetFunctionCommand, GetPolicyCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Line, roleArn, startLine } from './lambda.fixture.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
  await line.role('silent', [])
})
afterAll(() => line.close())

const template = (source: string, more: object = {}) =>
  JSON.stringify({
    Resources: {
      Deployer: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: roleArn('silent'),
          Code: { ZipFile: source },
          ...more,
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: { Ref: 'Deployer' },
          Action: 'lambda:InvokeFunction',
          Principal: 'events.amazonaws.com',
          SourceAccount: { Ref: 'AWS::AccountId' },
        },
      },
    },
    Outputs: { Name: { Value: { Ref: 'Deployer' } }, Arn: { Value: { 'Fn::GetAtt': ['Deployer', 'Arn'] } } },
  })

test('a stack makes, changes and deletes a function with inline code', async () => {
  const stacks = new api.CloudFormationClient(line.config())
  const StackName = 'functions'
  const wait = { client: stacks, minDelay: 0.05 as never, maxDelay: 1, maxWaitTime: 20 }
  const TemplateBody = template(`exports.handler = async () => process.env.WHO ?? 'nobody'`, { Timeout: '9' })
  await stacks.send(new api.CreateStackCommand({ StackName, TemplateBody, Tags: [{ Key: 'team', Value: 'ml' }] }))
  await api.waitUntilStackCreateComplete(wait, { StackName })
  const { Stacks } = await stacks.send(new api.DescribeStacksCommand({ StackName }))
  const outputs = Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map(o => [o.OutputKey, o.OutputValue ?? '']))
  const { Name: FunctionName = '', Arn } = outputs
  expect(FunctionName).toMatch(/^functions-Deployer-\w{12}$/)
  expect((await line.call(FunctionName)).answer).toBe('nobody')
  const made = await line.lambda.send(new GetFunctionCommand({ FunctionName }))
  expect(made).toMatchObject({ Configuration: { FunctionArn: Arn, Timeout: 9 }, Tags: { team: 'ml' } })
  const { Policy } = await line.lambda.send(new GetPolicyCommand({ FunctionName }))
  expect(Policy).toContain('"Service":"events.amazonaws.com"')

  const changed = template(`exports.handler = async () => process.env.WHO`, { Environment: { Variables: { WHO: 1 } } })
  await stacks.send(new api.UpdateStackCommand({ StackName, TemplateBody: changed }))
  await api.waitUntilStackUpdateComplete(wait, { StackName })
  expect((await line.call(FunctionName)).answer).toBe('1')
  const now = await line.lambda.send(new GetFunctionCommand({ FunctionName }))
  expect(now.Configuration?.Timeout).toBe(3)

  await stacks.send(new api.DeleteStackCommand({ StackName }))
  await api.waitUntilStackDeleteComplete(wait, { StackName })
  await expect(line.call(FunctionName)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
