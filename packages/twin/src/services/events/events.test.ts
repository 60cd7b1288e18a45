import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { SFN } from '@aws-sdk/client-sfn'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const [a, b, region] = ['111111111111', '222222222222', 'us-east-1']
const state = mkdtempSync(join(tmpdir(), 'twin-events-'))
const logged: string[] = []
let it: Twin
let target: string
let machine: string

const config = (account = a) => {
  const { accessKeyId, secretAccessKey } = it.operator(account)
  return { endpoint: it.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
}
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource })
const role = async (RoleName: string, Principal: object, ...statements: object[]) => {
  const iam = new IAM(config())
  const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
  await iam.createRole({ RoleName, AssumeRolePolicyDocument })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: policy(...statements) })
  return `arn:aws:iam::${a}:role/${RoleName}`
}

beforeAll(async () => {
  it = await twin({ state, log: message => logged.push(message) })
  const roleArn = await role('machine', { Service: 'states.amazonaws.com' }, allow('none:None'))
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } })
  const made = await new SFN(config()).createStateMachine({ name: 'target', roleArn, definition })
  machine = made.stateMachineArn ?? ''
  target = await role('target', { Service: 'events.amazonaws.com' }, allow('states:StartExecution', machine))
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

const put = (account: string, n: number, EventBusName?: string) =>
  new EventBridge(config(account)).putEvents({
    Entries: [
      { Source: 'shop', DetailType: 'Order', Detail: JSON.stringify({ n }), ...(EventBusName && { EventBusName }) },
    ],
  })
const inputs = async () => {
  const sfn = new SFN(config())
  const { executions = [] } = await sfn.listExecutions({ stateMachineArn: machine })
  const all = await Promise.all(executions.map(({ executionArn }) => sfn.describeExecution({ executionArn })))
  return all.map(({ input }) => JSON.parse(input ?? '')).sort((x, y) => x.n - y.n)
}

test('events start a state machine with the input that the rule makes of them, also over another account’s bus', async () => {
  const events = new EventBridge(config())
  const EventPattern = JSON.stringify({ source: ['shop'], detail: { n: [{ numeric: ['>', 1] }] } })
  await events.putRule({ Name: 'orders', EventPattern })
  const InputTransformer = {
    InputPathsMap: { n: '$.detail.n', account: '$.account' },
    InputTemplate: '{"n":<n>,"of":"<account>"}',
  }
  const { FailedEntryCount } = await events.putTargets({
    Rule: 'orders',
    Targets: [{ Id: 'machine', Arn: machine, RoleArn: target, InputTransformer }],
  })
  expect(FailedEntryCount).toBe(0)
  await put(a, 1)
  await put(a, 2)
  await expect.poll(inputs).toEqual([{ n: 2, of: a }])

  const bus = `arn:aws:events:${region}:${a}:event-bus/default`
  const other = new EventBridge(config(b))
  await other.putRule({ Name: 'send', EventPattern: JSON.stringify({ source: ['shop'] }) })
  await other.putTargets({ Rule: 'send', Targets: [{ Id: 'bus', Arn: bus }] })
  await put(b, 3)
  // The receiving bus has no policy yet.
  await expect
    .poll(() => logged.join('\n'))
    .toMatch(/was not delivered to .*event-bus\/default by rule send: AccessDenied/)
  await events.putPermission({ Action: 'events:PutEvents', Principal: b, StatementId: 'b' })
  await put(b, 4)
  await expect.poll(inputs).toEqual([
    { n: 2, of: a },
    { n: 4, of: b },
  ])
})

test('whoever gives a target a role must be allowed to pass it', async () => {
  const rules = await role('rules', { AWS: `arn:aws:iam::${a}:root` }, allow('events:*'))
  const { Credentials: c } = await new STSClient(config()).send(
    new AssumeRoleCommand({ RoleArn: rules, RoleSessionName: 'someone' }),
  )
  const credentials = {
    accessKeyId: c?.AccessKeyId ?? '',
    secretAccessKey: c?.SecretAccessKey ?? '',
    sessionToken: c?.SessionToken ?? '',
  }
  const events = new EventBridge({ ...config(), credentials })
  const Targets = [{ Id: 'again', Arn: machine, RoleArn: target }]
  await expect(events.putTargets({ Rule: 'orders', Targets })).rejects.toThrow(
    `not authorized to perform: iam:PassRole on resource: ${target}`,
  )
})

test('a rule with targets is not deleted, a managed one not changed, and what is not there is refused by name', async () => {
  const events = new EventBridge(config())
  await expect(events.deleteRule({ Name: 'orders' })).rejects.toThrow("Rule can't be deleted since it has targets.")
  const Arn = `arn:aws:sqs:${region}:${a}:queue`
  await expect(events.putTargets({ Rule: 'orders', Targets: [{ Id: 'q', Arn }] })).rejects.toThrow('a target of sqs')
  await expect(events.putRule({ Name: 'clock', ScheduleExpression: 'rate(1 day)' })).rejects.toThrow(
    'ScheduleExpression',
  )
  const Name = 'StepFunctionsGetEventsForSageMakerTrainingJobsRule'
  const EventPattern = '{"source":["aws.sagemaker"]}'
  await events.putRule({ Name, EventPattern })
  expect((await events.describeRule({ Name })).ManagedBy).toBeUndefined()
  const roleArn = await role('trainer', { Service: 'states.amazonaws.com' }, allow('events:*'))
  const Train = { Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', End: true }
  const definition = JSON.stringify({ StartAt: 'Train', States: { Train } })
  await new SFN(config()).createStateMachine({ name: 'trains', roleArn, definition })
  expect((await events.describeRule({ Name })).ManagedBy).toBe('states.amazonaws.com')
  const managed = { name: 'ManagedRuleException' }
  await expect(events.putRule({ Name, EventPattern })).rejects.toMatchObject(managed)
  await expect(events.putTargets({ Rule: Name, Targets: [{ Id: 'x', Arn: machine }] })).rejects.toMatchObject(managed)
  await expect(events.disableRule({ Name })).rejects.toMatchObject(managed)
})
