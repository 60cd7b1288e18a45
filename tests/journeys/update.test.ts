import { CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation'
import {
  type ActionExecutionDetail,
  CodePipelineClient,
  ListActionExecutionsCommand,
  RetryStageExecutionCommand,
} from '@aws-sdk/client-codepipeline'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  DescribeEndpointCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { type DeployNames, namesOf, type TrainNames } from '@tripoint/pipeline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, sleep } from '../../packages/cli/src/cloud/cloud.ts'
import { readLabelled } from '../../packages/cli/src/line/evaluate.ts'
import { predict } from '../../packages/cli/src/line/invoke.ts'
import { describeStack } from '../../packages/cli/src/line/stack.ts'
import { depth, startAtNowhere } from './every-occasion.ts'
import { type Line, openLine } from './line.ts'

// What a second push and every later one meets: a stack that could not be created, or a stack and an endpoint that are there.

let line: Line
let rows: string[]
beforeAll(async () => {
  line = await openLine()
  rows = (await readLabelled(`${line.place.project}/data/validation-labelled.csv`)).rows
    .slice(0, 20)
    .map(({ features }) => features)
  await line.deploy()
  await line.prepare()
}, 60_000)
afterAll(async () => line?.close())

const stage = <Kind extends 'train' | 'deploy-endpoint'>(kind: Kind) =>
  Object.values(namesOf(line.definition).stages).find(names => names.kind === kind) as Kind extends 'train'
    ? TrainNames
    : DeployNames

const production = () => client(SageMakerClient, line.account('production'))
const endpoint = () =>
  production().send(new DescribeEndpointCommand({ EndpointName: stage('deploy-endpoint').endpoint.name }))
const predictions = () => predict(line.account('production'), stage('deploy-endpoint').endpoint.name, rows)

/** Newest first. */
async function deployments() {
  const NameContains = stage('deploy-endpoint').deployments
  const { Models = [] } = await production().send(new ListModelsCommand({ NameContains }))
  const { EndpointConfigs = [] } = await production().send(new ListEndpointConfigsCommand({ NameContains }))
  return {
    models: Models.map(({ ModelName }) => ModelName),
    configs: EndpointConfigs.map(({ EndpointConfigName }) => EndpointConfigName),
  }
}

async function stackEvents() {
  const { StackEvents = [] } = await client(CloudFormationClient, line.account('training')).send(
    new DescribeStackEventsCommand({ StackName: stage('train').workflowStack.name }),
  )
  return StackEvents.toReversed().map(event => [event.LogicalResourceId, event.ResourceStatus] as const)
}

test('after a first push of which no stack could be made, a mended one needs nobody to reach the endpoint', async () => {
  const status = async () =>
    (await describeStack(line.account('training'), stage('train').workflowStack.name))?.StackStatus
  for (const attempt of ['Nowhere', 'Nowhere again']) {
    const bad = await line.push(attempt, startAtNowhere)
    expect((await line.finish(bad.id)).failed).toMatchObject({ stage: 'Train', action: 'DeployWorkflow' })
    expect(await status()).toBe('ROLLBACK_COMPLETE')
  }
  const { id } = await line.push('Mended')
  expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
  expect(await status()).toBe('CREATE_COMPLETE')
  expect((await endpoint()).EndpointStatus).toBe('InService')
  expect(await predictions()).toHaveLength(20)
}, 60_000)

test('a changed hyperparameter updates the stack and the endpoint, and keeps the old model', async () => {
  const before = { events: await stackEvents(), endpoint: await endpoint(), scores: await predictions() }
  const { id } = await line.push('Shallower', depth('2'))
  expect(await line.finish(id)).toEqual({ status: 'Succeeded' })

  const { name } = stage('train').workflowStack
  expect((await stackEvents()).slice(before.events.length)).toEqual([
    [name, 'UPDATE_IN_PROGRESS'],
    ['Workflow', 'UPDATE_IN_PROGRESS'],
    ['Workflow', 'UPDATE_COMPLETE'],
    [name, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
    [name, 'UPDATE_COMPLETE'],
  ])
  const { models, configs } = await deployments()
  const old = before.endpoint.EndpointConfigName
  expect(await endpoint()).toMatchObject({
    EndpointStatus: 'InService',
    EndpointConfigName: configs[0],
    CreationTime: before.endpoint.CreationTime,
  })
  expect([models, configs.slice(1)]).toEqual([configs, [old]])
  expect(await predictions()).not.toEqual(before.scores)
})

test('a push that changes nothing of the stack succeeds without touching it', async () => {
  const before = await stackEvents()
  const { id } = await line.push('The same again', depth('2'))
  expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
  expect(await stackEvents()).toEqual(before)
  expect((await deployments()).models).toHaveLength(3)
})

test('of five deployments the last three are kept', async () => {
  const [second = '', third = ''] = (await deployments()).models.toReversed().slice(1)
  for (const value of ['3', '4']) {
    const { id } = await line.push(`Depth ${value}`, depth(value))
    expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
  }
  const { models, configs } = await deployments()
  expect(models).toEqual(configs)
  expect(models).toEqual([expect.any(String), expect.any(String), third])
  expect(models).not.toContain(second)
  expect((await endpoint()).EndpointConfigName).toBe(models[0])
})

const failures = {
  'whose model SageMaker may not read': ['s3:GetObject', /Could not access model data at s3:\/\/.*"s3:GetObject"/],
  'whose image SageMaker may not pull': ['ecr:BatchGetImage', /rolled back to churn-deploy-.*ecr:BatchGetImage/],
} as const

test.each(Object.entries(failures))(
  'a deployment %s leaves the old one serving, and can be retried',
  async (_, [action, words]) => {
    const before = { ...(await deployments()), endpoint: await endpoint(), scores: await predictions() }
    const hosting = stage('deploy-endpoint').hostingRole.arn
    await line.deploy(
      line.list.filter(
        entry => !('arn' in entry.principal && entry.principal.arn === hosting && entry.action === action),
      ),
    )
    const { id } = await line.push(`Without ${action}`, depth(action === 's3:GetObject' ? '6' : '5'))
    const { status, failed } = await line.finish(id)
    expect({ status, failed }).toMatchObject({
      status: 'Failed',
      failed: { stage: 'Deploy', action: 'DeployEndpoint', code: 'JobFailed', message: expect.stringMatching(words) },
    })
    expect(await deployments()).toEqual({ models: before.models, configs: before.configs })
    expect(await endpoint()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: before.endpoint.EndpointConfigName,
    })
    expect(await predictions()).toEqual(before.scores)

    await line.deploy()
    await client(CodePipelineClient, line.account('shared')).send(
      new RetryStageExecutionCommand({
        pipelineName: line.definition.name,
        stageName: 'Deploy',
        pipelineExecutionId: id,
        retryMode: 'FAILED_ACTIONS',
      }),
    )
    expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
    expect(await predictions()).not.toEqual(before.scores)
    expect((await endpoint()).EndpointConfigName).toBe((await deployments()).models[0])
  },
)

test('a deployer that is invoked more than once for a job makes one model and one endpoint', async () => {
  const known = (await deployments()).models
  const { id } = await line.push('Twice', depth('3'))
  const finished = line.finish(id)
  const event = await jobOf(id)
  const again = () =>
    client(LambdaClient, line.account('production')).send(
      new InvokeCommand({
        FunctionName: stage('deploy-endpoint').function.name,
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    )
  const answers = await Promise.all([again(), again(), again()])
  expect(await finished).toEqual({ status: 'Succeeded' })
  answers.push(await again())
  expect(answers.map(({ FunctionError }) => FunctionError)).toEqual(answers.map(() => undefined))

  const { models, configs } = await deployments()
  expect(models.filter(name => !known.includes(name))).toEqual([`churn-deploy-${event['CodePipeline.job'].id}`])
  expect([models.length, configs]).toEqual([3, models])
  expect(await endpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: models[0] })

  // A repetition that comes late does not bring an old model back.
  const later = await line.push('Later', depth('4'))
  expect(await line.finish(later.id)).toEqual({ status: 'Succeeded' })
  const now = await deployments()
  expect((await again()).FunctionError).toBeUndefined()
  expect(await deployments()).toEqual(now)
  expect(await endpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: now.models[0] })
})

/** The event that CodePipeline hands to the deployer, as soon as the job has an id. */
async function jobOf(pipelineExecutionId: string) {
  const codepipeline = client(CodePipelineClient, line.account('shared'))
  const pipelineName = line.definition.name
  for (;;) {
    const { actionExecutionDetails = [] } = await codepipeline.send(
      new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
    )
    const action = actionExecutionDetails.find(({ actionName }) => actionName === 'DeployEndpoint')
    const job = action?.output?.executionResult?.externalExecutionId
    if (action !== undefined && job !== undefined) return eventOf(action, job)
    await sleep(5)
  }
}

const eventOf = ({ input }: ActionExecutionDetail, id: string) => ({
  'CodePipeline.job': {
    id,
    accountId: line.definition.accounts.shared,
    data: {
      actionConfiguration: { configuration: input?.resolvedConfiguration ?? {} },
      inputArtifacts: [],
      outputArtifacts: [],
    },
  },
})
