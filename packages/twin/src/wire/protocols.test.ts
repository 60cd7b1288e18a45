import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as runtime from '@aws-sdk/client-sagemaker-runtime'
import * as sfn from '@aws-sdk/client-sfn'
import * as sts from '@aws-sdk/client-sts'
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestWire, type TestWire } from './test-wire.ts'

let wire: TestWire
beforeAll(async () => {
  wire = await startTestWire()
})
afterAll(() => wire.close())

test('query: a call and what is known of it', async () => {
  wire.handlers['sts:GetCallerIdentity'] = () => ({
    Account: '111111111111',
    Arn: 'arn:aws:iam::111111111111:user/é<&>',
    UserId: 'U',
  })
  const answer = await new sts.STSClient(wire.config).send(new sts.GetCallerIdentityCommand({}))
  expect(answer).toMatchObject({ Account: '111111111111', Arn: 'arn:aws:iam::111111111111:user/é<&>', UserId: 'U' })
  expect(answer.$metadata.requestId).toMatch(/^request-/)
  expect(wire.calls.at(-1)).toMatchObject({
    service: 'sts',
    operation: 'GetCallerIdentity',
    region: 'eu-west-1',
    accessKeyId: 'AKIDEXAMPLE',
    presigned: false,
    secure: true,
    sourceIp: '127.0.0.1',
  })
})

test('query: lists, nested structures, empty lists, booleans and dates both ways', async () => {
  const created = new Date('2026-01-02T03:04:05.000Z')
  wire.handlers['cloudformation:CreateChangeSet'] = () => ({ Id: 'arn:x', StackId: 'arn:y' })
  wire.handlers['cloudformation:DescribeStacks'] = () => ({
    Stacks: [
      {
        StackName: 'a',
        CreationTime: created,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [{ OutputKey: 'K', OutputValue: ' v ' }],
        Tags: [],
      },
      {
        StackName: 'b',
        CreationTime: created,
        StackStatus: 'CREATE_COMPLETE',
        DisableRollback: false,
        Capabilities: ['CAPABILITY_IAM'],
      },
    ],
  })
  const client = new cloudformation.CloudFormationClient(wire.config)
  const input = {
    StackName: 's',
    ChangeSetName: 'c',
    TemplateBody: '{"a": "b+c d&e=%"}',
    UsePreviousTemplate: false,
    Parameters: Array.from({ length: 12 }, (_, i) => ({ ParameterKey: `p${i}`, ParameterValue: `${i}` })),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    RollbackConfiguration: { MonitoringTimeInMinutes: 3, RollbackTriggers: [{ Arn: 'arn', Type: 't' }] },
    Tags: [],
  }
  await client.send(new cloudformation.CreateChangeSetCommand(input))
  expect(wire.calls.at(-1)?.input).toEqual(input)
  const { Stacks } = await client.send(new cloudformation.DescribeStacksCommand({}))
  expect(Stacks?.[0]).toMatchObject({
    CreationTime: created,
    Outputs: [{ OutputKey: 'K', OutputValue: ' v ' }],
    Tags: [],
  })
  expect(Stacks?.[1]).toMatchObject({ DisableRollback: false, Capabilities: ['CAPABILITY_IAM'] })
})

test('query: an operation without output', async () => {
  wire.handlers['iam:PutRolePolicy'] = () => undefined
  const input = { RoleName: 'r', PolicyName: 'p', PolicyDocument: '{"Version":"2012-10-17"}' }
  await new iam.IAMClient(wire.config).send(new iam.PutRolePolicyCommand(input))
  expect(wire.calls.at(-1)?.input).toEqual(input)
})

test('json: blobs and maps', async () => {
  const plain = new Uint8Array([0, 255, 7])
  wire.handlers['kms:Encrypt'] = ({ Plaintext }: { Plaintext: Uint8Array }) => ({
    CiphertextBlob: Plaintext,
    KeyId: 'k',
  })
  const answer = await new kms.KMSClient(wire.config).send(
    new kms.EncryptCommand({
      KeyId: 'alias/ä',
      Plaintext: plain,
      EncryptionContext: { 'aws:s3:arn': 'arn:x', __proto: 'y' },
    }),
  )
  expect(new Uint8Array(answer.CiphertextBlob!)).toEqual(plain)
  expect(wire.calls.at(-1)?.input).toMatchObject({
    KeyId: 'alias/ä',
    EncryptionContext: { 'aws:s3:arn': 'arn:x', __proto: 'y' },
  })
})

test('json: services of one target family, dates as numbers', async () => {
  const at = new Date('2026-03-04T05:06:07.890Z')
  wire.handlers['codepipeline:GetPipelineState'] = () => ({
    created: at,
    stageStates: [{ stageName: 'Source', actionStates: [] }],
  })
  wire.handlers['states:StartExecution'] = () => ({ executionArn: 'arn:e', startDate: at })
  const state = await new codepipeline.CodePipelineClient(wire.config).send(
    new codepipeline.GetPipelineStateCommand({ name: 'p' }),
  )
  expect(state).toMatchObject({ created: at, stageStates: [{ stageName: 'Source', actionStates: [] }] })
  const started = await new sfn.SFNClient(wire.config).send(
    new sfn.StartExecutionCommand({ stateMachineArn: 'arn:m', input: '{"a":1}' }),
  )
  expect(started).toMatchObject({ executionArn: 'arn:e', startDate: at })
})

test('rest json: labels with slashes, query, payload blob, response code and headers', async () => {
  wire.handlers['lambda:Invoke'] = ({ Payload }: { Payload: Uint8Array }) => ({
    StatusCode: 202,
    FunctionError: 'Unhandled',
    Payload,
  })
  const client = new lambda.LambdaClient(wire.config)
  const FunctionName = 'arn:aws:lambda:eu-west-1:333333333333:function:deployer'
  const answer = await client.send(
    new lambda.InvokeCommand({
      FunctionName,
      Qualifier: '1',
      InvocationType: 'Event',
      Payload: Buffer.from('{"a":1}'),
    }),
  )
  expect(wire.calls.at(-1)?.input).toMatchObject({ FunctionName, Qualifier: '1', InvocationType: 'Event' })
  expect(answer).toMatchObject({ StatusCode: 202, FunctionError: 'Unhandled' })
  expect(answer.Payload?.transformToString()).toBe('{"a":1}')
  await client.send(new lambda.InvokeCommand({ FunctionName: 'f' }))
  expect(wire.calls.at(-1)?.input).toEqual({ FunctionName: 'f' })
  wire.handlers['lambda:UntagResource'] = () => ({})
  await client.send(new lambda.UntagResourceCommand({ Resource: FunctionName, TagKeys: ['a', 'b c'] }))
  expect(wire.calls.at(-1)?.input).toEqual({ Resource: FunctionName, TagKeys: ['a', 'b c'] })
})

test('rest json: InvokeEndpoint shares its signing name with SageMaker', async () => {
  wire.handlers['runtime.sagemaker:InvokeEndpoint'] = ({ Body }: { Body: Uint8Array }) => ({
    Body,
    ContentType: 'text/csv',
    InvokedProductionVariant: 'v',
  })
  const Body = Buffer.from([1, 2, 255, 0])
  const answer = await new runtime.SageMakerRuntimeClient(wire.config).send(
    new runtime.InvokeEndpointCommand({ EndpointName: 'churn', Body, ContentType: 'text/csv', Accept: 'text/csv' }),
  )
  expect(wire.calls.at(-1)).toMatchObject({
    service: 'runtime.sagemaker',
    input: { EndpointName: 'churn', ContentType: 'text/csv' },
  })
  expect(Buffer.from(answer.Body!)).toEqual(Body)
  expect(answer).toMatchObject({ ContentType: 'text/csv', InvokedProductionVariant: 'v' })
})

test('one handler answers whichever protocol its caller speaks', async () => {
  const data = {
    MetricName: 'auc',
    Timestamp: new Date('2026-01-01T00:00:00Z'),
    Value: 0.88,
    Dimensions: [{ Name: 'h', Value: 'w' }],
  }
  const input = { Namespace: 'n', MetricData: [data] }
  wire.handlers['monitoring:ListMetrics'] = () => ({ Metrics: [{ Namespace: 'n', MetricName: 'auc', Dimensions: [] }] })
  wire.handlers['monitoring:PutMetricData'] = () => ({})
  for (const protocol of [undefined, AwsSmithyRpcV2CborProtocol, AwsQueryProtocol]) {
    const client = new cloudwatch.CloudWatchClient({
      ...wire.config,
      ...(protocol && { protocol }),
      disableRequestCompression: true,
    })
    await client.send(new cloudwatch.PutMetricDataCommand(input))
    expect(wire.calls.at(-1)).toMatchObject({ service: 'monitoring', input })
    const { Metrics } = await client.send(new cloudwatch.ListMetricsCommand({ Namespace: 'n' }))
    expect(Metrics).toMatchObject([{ Namespace: 'n', MetricName: 'auc' }])
  }
})

test('many calls at once do not mix', async () => {
  wire.handlers['lambda:Invoke'] = async ({ Payload }: { Payload: Uint8Array }) => {
    await new Promise(resolve => setTimeout(resolve, Payload.length % 7))
    return { StatusCode: 200, Payload }
  }
  const client = new lambda.LambdaClient(wire.config)
  const texts = Array.from({ length: 60 }, (_, i) => `${i}`.repeat(i + 1))
  const answers = await Promise.all(
    texts.map(text => client.send(new lambda.InvokeCommand({ FunctionName: 'f', Payload: Buffer.from(text) }))),
  )
  expect(answers.map(answer => answer.Payload?.transformToString())).toEqual(texts)
})

test('what is no API is handed on first', async () => {
  expect(await (await fetch(`${wire.endpoint}/health`)).text()).toBe('well')
})

test('nothing above went wrong unseen', () => expect(wire.unexpected).toEqual([]))
