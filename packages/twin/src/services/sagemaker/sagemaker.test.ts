import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import * as sm from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { churn, churnHyperparameters } from '../../runtime/xgboost/churn.fixture.ts'
import { type Twin, twin } from '../../twin.ts'

const b = '222222222222'
const region = 'us-east-1'
const bucket = 'churn-222222222222'
const image = `683313688378.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`
const state = mkdtempSync(join(tmpdir(), 'twin-sagemaker-'))
let it: Twin
let sagemaker: sm.SageMakerClient
let runtime: SageMakerRuntimeClient

const config = () => {
  const { accessKeyId, secretAccessKey } = it.operator(b)
  return { endpoint: it.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
}
const connect = () => {
  sagemaker = new sm.SageMakerClient(config())
  runtime = new SageMakerRuntimeClient(config())
}
const role = (name: string) => `arn:aws:iam::${b}:role/${name}`
const statement = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const trust = policy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' })
const container = [
  statement(['ecr:GetAuthorizationToken', 'cloudwatch:PutMetricData'], '*'),
  statement(
    ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    'arn:aws:ecr:*:*:repository/*',
  ),
  statement(
    ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    `arn:aws:logs:${region}:${b}:*`,
  ),
]

const permit = async (RoleName: string, ...statements: object[]) => {
  const iam = new IAMClient(config())
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  const PolicyDocument = policy(...container, ...statements)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
}

beforeAll(async () => {
  it = await twin({ state })
  connect()
  const objects = `arn:aws:s3:::${bucket}`
  const data = statement(['s3:GetObject'], `${objects}/data/*`)
  await permit('train', statement(['s3:ListBucket'], objects), data, statement(['s3:PutObject'], `${objects}/models/*`))
  await permit('mute', statement(['s3:ListBucket'], objects), data)
  await permit('host', statement(['s3:GetObject'], `${objects}/models/*`))
  const s3 = new S3Client(config())
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const put = (Key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
  await put('data/train.csv', readFileSync(churn.train))
  await put('data/broken.csv', '1,2,3\n0,1,x\n')
  await put('models/bad/model.tar.gz', 'no archive')
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

const job = (TrainingJobName: string, more: Partial<sm.CreateTrainingJobRequest> = {}, file = 'train.csv') =>
  sagemaker.send(
    new sm.CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: role('train'),
      AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
      HyperParameters: { ...churnHyperparameters, num_round: '5' },
      InputDataConfig: [
        {
          ChannelName: 'train',
          ContentType: 'text/csv',
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${bucket}/data/${file}` } },
        },
      ],
      OutputDataConfig: { S3OutputPath: `s3://${bucket}/models` },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      ...more,
    }),
  )

const until = async <T>(ask: () => Promise<T>, done: (value: T) => boolean): Promise<T> => {
  for (let tries = 0; tries < 400; tries++) {
    const value = await ask()
    if (done(value)) return value
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error('it takes too long')
}
const ended = (TrainingJobName: string) =>
  until(
    () => sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName })),
    ({ TrainingJobStatus }) => !['InProgress', 'Stopping'].includes(TrainingJobStatus ?? ''),
  )
const settled = (EndpointName: string) =>
  until(
    () => sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName })),
    ({ EndpointStatus }) => !['Creating', 'Updating'].includes(EndpointStatus ?? ''),
  )

test('a job reads data, trains, and leaves model, metrics and logs, each as its role', async () => {
  await job('first', { Tags: [{ Key: 'line', Value: 'churn' }] })
  const done = await ended('first')
  expect(done).toMatchObject({
    TrainingJobStatus: 'Completed',
    ModelArtifacts: { S3ModelArtifacts: `s3://${bucket}/models/first/output/model.tar.gz` },
    FinalMetricDataList: [{ MetricName: 'train:auc' }],
  })
  expect(done.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
    'Starting',
    'Downloading',
    'Training',
    'Uploading',
    'Completed',
  ])
  const head = await new S3Client(config()).send(
    new HeadObjectCommand({ Bucket: bucket, Key: 'models/first/output/model.tar.gz' }),
  )
  expect(head.ServerSideEncryption).toBe('aws:kms')
  const { events } = await new CloudWatchLogsClient(config()).send(
    new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs', filterPattern: '"#011train-auc"' }),
  )
  expect(events?.length).toBe(5)
  const { Metrics } = await new CloudWatchClient(config()).send(
    new ListMetricsCommand({ Namespace: '/aws/sagemaker/TrainingJobs' }),
  )
  expect(Metrics?.[0]?.MetricName).toBe('train:auc')
  const calls = [...it.audit()]
    .filter(entry => entry.role === role('train'))
    .map(entry => `${entry.service}:${entry.operation}`)
  expect(new Set(calls)).toEqual(
    new Set([
      's3:ListObjectsV2',
      's3:GetObject',
      's3:PutObject',
      'kms:GenerateDataKey',
      'ecr:GetAuthorizationToken',
      'ecr:BatchGetImage',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogGroup',
      'logs:DescribeLogStreams',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'cloudwatch:PutMetricData',
    ]),
  )
  expect(readdirSync(join(state, 'sagemaker/jobs', b, region))).toEqual([])
  await expect(job('first')).rejects.toMatchObject({ name: 'ResourceInUse' })
})

test('a job fails where and why it does', async () => {
  const nobody = { RoleArn: role('nobody') }
  await expect(job('no-role', nobody)).rejects.toThrow(`Could not assume role ${role('nobody')}`)
  await expect(job('no-data', {}, 'none.csv')).rejects.toThrow(
    `No S3 objects found under S3 URL "s3://${bucket}/data/none.csv"`,
  )
  await expect(job('foreign', { RoleArn: 'arn:aws:iam::111111111111:role/x' })).rejects.toThrow(
    'Cross-account pass role',
  )
  await expect(job('volume', { EnableNetworkIsolation: true })).rejects.toThrow(
    'CreateTrainingJob.EnableNetworkIsolation true is not implemented',
  )
  await job('broken', {}, 'broken.csv')
  await job('unwritable', { RoleArn: role('mute') })
  expect(await ended('broken')).toMatchObject({
    TrainingJobStatus: 'Failed',
    FailureReason: expect.stringMatching(
      /^AlgorithmError: UserError: .*'broken\.csv', line 2, column 3: 'x' is not a number.*exit code: 1$/,
    ),
  })
  expect((await ended('unwritable')).FailureReason).toMatch(
    /^ClientError: Artifact upload failed:AccessDenied \(403\): .*s3:PutObject/,
  )
})

test('a job goes on when the twin was stopped in its middle', async () => {
  await job('resumed', { HyperParameters: { ...churnHyperparameters, num_round: '400' } })
  await until(
    () => sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName: 'resumed' })),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  )
  await it.close()
  it = await twin({ state })
  connect()
  expect(await ended('resumed')).toMatchObject({ TrainingJobStatus: 'Completed' })
})

test('a stopped job and one that outlives its time are stopped', async () => {
  const HyperParameters = { ...churnHyperparameters, num_round: '1000000' }
  await job('long', { HyperParameters })
  await job('late', { HyperParameters, StoppingCondition: { MaxRuntimeInSeconds: 1 } })
  await until(
    () => sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName: 'long' })),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  )
  await sagemaker.send(new sm.StopTrainingJobCommand({ TrainingJobName: 'long' }))
  expect(await ended('long')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' })
  expect(await ended('late')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' })
})

const model = (ModelName: string, key: string, ExecutionRoleArn = role('host')) =>
  sagemaker.send(
    new sm.CreateModelCommand({
      ModelName,
      ExecutionRoleArn,
      PrimaryContainer: { Image: image, ModelDataUrl: `s3://${bucket}/${key}` },
    }),
  )
const endpointConfig = (EndpointConfigName: string, ModelName: string) =>
  sagemaker.send(
    new sm.CreateEndpointConfigCommand({
      EndpointConfigName,
      ProductionVariants: [
        { VariantName: 'AllTraffic', ModelName, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
    }),
  )
const row = () => (readFileSync(churn.train, 'utf8').split('\n')[0] ?? '').replace(/^\d,/, '')
const score = async (body = row(), ContentType = 'text/csv') => {
  const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'churn', ContentType, Body: body }))
  return new TextDecoder().decode(Body)
}

test('an endpoint serves, refuses, is updated, rolls back, survives a restart of the twin, and ends', async () => {
  await expect(model('unreadable', 'data/train.csv')).rejects.toThrow(
    `Could not access model data at s3://${bucket}/data/train.csv`,
  )
  await model('one', 'models/first/output/model.tar.gz')
  await model('bad', 'models/bad/model.tar.gz')
  for (const name of ['one', 'bad']) await endpointConfig(`${name}-config`, name)
  await expect(endpointConfig('x', 'nothing')).rejects.toThrow(
    `Could not find model "arn:aws:sagemaker:${region}:${b}:model/nothing".`,
  )

  await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'churn', EndpointConfigName: 'one-config' }))
  expect(await settled('churn')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'one-config' })
  const { events } = await new CloudWatchLogsClient(config()).send(
    new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/Endpoints/churn' }),
  )
  expect(events?.map(({ message }) => message).join()).toContain('Model loaded successfully')
  expect(Number(await score())).toBeGreaterThan(0)
  await expect(score('1,2')).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 })
  await expect(score(row(), 'image/png')).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 415 })

  const update = (EndpointConfigName: string) =>
    sagemaker.send(new sm.UpdateEndpointCommand({ EndpointName: 'churn', EndpointConfigName }))
  await update('bad-config')
  const rolledBack = await settled('churn')
  expect(rolledBack).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'one-config' })
  expect(rolledBack.FailureReason).toContain('not a gzip-compressed tar archive')
  await endpointConfig('two-config', 'one')
  await update('two-config')
  expect(await settled('churn')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two-config' })

  const before = await score()
  await it.close()
  it = await twin({ state })
  connect()
  expect(await score()).toBe(before)

  await sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: 'churn' }))
  const gone = () =>
    sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'churn' })).catch((error: Error) => error)
  expect(await until(gone, answer => answer instanceof Error)).toMatchObject({
    message: `Could not find endpoint "arn:aws:sagemaker:${region}:${b}:endpoint/churn".`,
  })
  await expect(score()).rejects.toThrow(`Endpoint churn of account ${b} not found.`)
  expect(readdirSync(join(state, 'sagemaker/endpoints'))).toEqual([])
})

test('an endpoint whose role lost its permission fails and can be deleted', async () => {
  const iam = new IAMClient(config())
  await iam.send(new DeleteRolePolicyCommand({ RoleName: 'host', PolicyName: 'own' }))
  await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'second', EndpointConfigName: 'one-config' }))
  const failed = await settled('second')
  expect(failed.EndpointStatus).toBe('Failed')
  expect(failed.FailureReason).toContain('ecr:GetAuthorizationToken')
  await sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: 'second' }))
})
