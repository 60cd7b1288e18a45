import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const account = '222222222222'
const state = mkdtempSync(join(tmpdir(), 'twin-states-'))
let it: Twin

const config = () => {
  const { accessKeyId, secretAccessKey } = it.operator(account)
  return { endpoint: it.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
}
const sfn = () => new SFNClient(config())
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

async function role(RoleName: string, ...allowed: object[]): Promise<string> {
  const iam = new IAMClient(config())
  const trust = document({ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  if (allowed.length > 0) await allow(RoleName, ...allowed)
  return Role?.Arn ?? ''
}
const allow = (RoleName: string, ...allowed: object[]) =>
  new IAMClient(config()).send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument: document(...allowed) }),
  )

const machine = (name: string, roleArn: string, task: object) =>
  sfn().send(
    new CreateStateMachineCommand({
      name,
      roleArn,
      definition: JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Task', End: true, ...task } } }),
    }),
  )

async function ended(executionArn: string | undefined) {
  for (;;) {
    const execution = await sfn().send(new DescribeExecutionCommand({ executionArn }))
    if (execution.status !== 'RUNNING') return execution
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

beforeAll(async () => {
  it = await twin({ state })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

test('a machine that waits for training jobs needs its role to make the managed rule', async () => {
  const roleArn = await role('trainer')
  const task = {
    Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
    Parameters: { 'TrainingJobName.$': '$$.Execution.Name', RoleArn: roleArn },
  }
  const refusal = { name: 'AccessDeniedException', message: `'${roleArn}' is not authorized to create managed-rule.` }
  await expect(machine('train', roleArn, task)).rejects.toMatchObject(refusal)
  const rule = `arn:aws:events:us-east-1:${account}:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule`
  await allow('trainer', {
    Effect: 'Allow',
    Action: ['events:PutRule', 'events:PutTargets', 'events:DescribeRule'],
    Resource: rule,
  })
  const { stateMachineArn } = await machine('train', roleArn, task)
  const { executionArn } = await sfn().send(new StartExecutionCommand({ stateMachineArn, name: 'first' }))
  const { status, error, cause } = await ended(executionArn)
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'SageMaker.AmazonSageMakerException' })
  expect(cause).toContain(`assumed-role/trainer/first is not authorized to perform: sagemaker:CreateTrainingJob`)
})

test('an execution waits over a restart of the twin, and takes the answer to its token', async () => {
  const { activityArn } = await sfn().send(new CreateActivityCommand({ name: 'approve' }))
  const { stateMachineArn } = await machine('ask', await role('asker'), { Resource: activityArn })
  const input = '{"question": 1}'
  const { executionArn } = await sfn().send(new StartExecutionCommand({ stateMachineArn, input }))
  const task = await sfn().send(new GetActivityTaskCommand({ activityArn, workerName: 'me' }))
  expect(task.input).toBe('{"question":1}')
  await it.close()
  it = await twin({ state })
  await sfn().send(new SendTaskSuccessCommand({ taskToken: task.taskToken, output: '{"answer": 42}' }))
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"answer":42}' })
  const { events = [] } = await sfn().send(new GetExecutionHistoryCommand({ executionArn }))
  expect(events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'ActivityScheduled',
    'ActivityStarted',
    'ActivitySucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ])
  expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('a machine that runs another stops it when it is stopped itself', async () => {
  const { activityArn } = await sfn().send(new CreateActivityCommand({ name: 'forever' }))
  const inner = await machine('inner', await role('inner'), { Resource: activityArn })
  const statement = { Effect: 'Allow', Action: ['states:*', 'events:*'], Resource: '*' }
  const outer = await machine('outer', await role('outer', statement), {
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Parameters: { StateMachineArn: inner.stateMachineArn, Name: 'nested' },
  })
  const { executionArn } = await sfn().send(new StartExecutionCommand({ stateMachineArn: outer.stateMachineArn }))
  const nested = `arn:aws:states:us-east-1:${account}:execution:inner:nested`
  await sfn().send(new GetActivityTaskCommand({ activityArn }))
  await sfn().send(new StopExecutionCommand({ executionArn, cause: 'enough' }))
  expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', cause: 'enough' })
  expect(await ended(nested)).toMatchObject({ status: 'ABORTED' })
})
