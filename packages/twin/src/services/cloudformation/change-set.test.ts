import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFormation,
  type CreateChangeSetCommandInput,
  type ResourceChange,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const state = mkdtempSync(join(tmpdir(), 'change-set-'))
let it: Twin
let client: CloudFormation

beforeAll(async () => {
  it = await twin({ state })
  const { accessKeyId, secretAccessKey } = it.operator('111111111111')
  client = new CloudFormation({
    endpoint: it.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

const StackName = 'line'
const ChangeSetName = 'change'

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

const template = (days: number, name: unknown = { Ref: 'Name' }) =>
  JSON.stringify({
    Parameters: { Name: { Type: 'String', Default: '/line/a' }, Unused: { Type: 'String', Default: 'x' } },
    Resources: {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name, RetentionInDays: days } },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: trust,
          Description: { 'Fn::GetAtt': ['Group', 'Arn'] },
        },
      },
    },
  })

const ask = (more: Partial<CreateChangeSetCommandInput>) =>
  client.createChangeSet({ StackName, ChangeSetName, Capabilities: ['CAPABILITY_IAM'], ...more })

const changes = async () => {
  const found = await client.describeChangeSet({ StackName, ChangeSetName })
  const list = (found.Changes ?? []).map(({ ResourceChange }) => ResourceChange as ResourceChange)
  return { ...found, list }
}

test('a first change set makes a stack that has nothing but a name, until it is executed', async () => {
  await ask({ ChangeSetType: 'CREATE', TemplateBody: template(1) })
  const { list, Status, ExecutionStatus } = await changes()
  expect([Status, ExecutionStatus]).toEqual(['CREATE_COMPLETE', 'AVAILABLE'])
  expect(list.map(change => `${change.Action} ${change.LogicalResourceId}`)).toEqual(['Add Group', 'Add Role'])
  const { Stacks } = await client.describeStacks({ StackName })
  expect(Stacks?.[0]?.StackStatus).toBe('REVIEW_IN_PROGRESS')
  await client.executeChangeSet({ StackName, ChangeSetName })
  // The SDK's waiter asks a second time after 30 seconds only.
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60 }, { StackName })
  const after = await client.describeStacks({ StackName })
  expect(after.Stacks?.[0]?.Parameters?.length).toBe(2)
})

test('a change set names each cause of each change and what has to be replaced', async () => {
  await client.deleteChangeSet({ StackName, ChangeSetName })
  await expect(client.describeChangeSet({ StackName, ChangeSetName })).rejects.toMatchObject({
    name: 'ChangeSetNotFoundException',
  })
  await ask({ TemplateBody: template(3), Parameters: [{ ParameterKey: 'Name', ParameterValue: '/line/b' }] })
  const { list } = await changes()
  expect(list.map(change => [change.LogicalResourceId, change.Replacement])).toEqual([
    ['Group', 'True'],
    ['Role', 'False'],
  ])
  const of = (index: number) =>
    list[index]?.Details?.map(({ Target, Evaluation, ChangeSource, CausingEntity }) =>
      [Target?.Name, Target?.RequiresRecreation, Evaluation, ChangeSource, CausingEntity].join(' '),
    )
  expect(of(0)).toEqual([
    'LogGroupName Always Static ParameterReference Name',
    'LogGroupName Always Dynamic DirectModification ',
    'RetentionInDays Never Static DirectModification ',
  ])
  expect(of(1)).toEqual(['Description Never Dynamic ResourceAttribute Group.Arn'])
  await client.executeChangeSet({ StackName, ChangeSetName })
  await waitUntilStackUpdateComplete({ client, maxWaitTime: 60 }, { StackName })
  expect((await changes()).ExecutionStatus).toBe('EXECUTE_COMPLETE')
  const { StackResources } = await client.describeStackResources({ StackName })
  expect(StackResources?.[0]?.PhysicalResourceId).toBe('/line/b')
})

test('a change set without changes has failed and cannot be executed', async () => {
  await client.deleteChangeSet({ StackName, ChangeSetName })
  await ask({ UsePreviousTemplate: true, Parameters: [{ ParameterKey: 'Name', UsePreviousValue: true }] })
  const { Status, StatusReason } = await changes()
  expect([Status, StatusReason]).toEqual([
    'FAILED',
    "The submitted information didn't contain changes. Submit different information to create a change set.",
  ])
  await expect(client.executeChangeSet({ StackName, ChangeSetName })).rejects.toThrow(
    'cannot be executed in its current status of [FAILED]',
  )
})

test('a resource keeps its type', async () => {
  const Resources = { Group: { Type: 'AWS::KMS::Key' } }
  const TemplateBody = JSON.stringify({ Resources })
  const refusal =
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: [Group]'
  await client.deleteChangeSet({ StackName, ChangeSetName })
  await ask({ TemplateBody })
  const { Status, StatusReason } = await changes()
  expect([Status, StatusReason]).toEqual(['FAILED', refusal])
  await expect(client.updateStack({ StackName, TemplateBody })).rejects.toMatchObject({
    name: 'ValidationError',
    message: refusal,
  })
})
