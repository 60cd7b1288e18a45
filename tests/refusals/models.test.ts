import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, expect } from 'vitest'
import { a, accountOf, b, policy, roleArn, trust } from '../../packages/twin/src/gate/attack.fixture.ts'
import { refusal, shows, until } from './refusal.ts'
import { c, clientsOf, may, region, roleThat, service, setUp, tearDown } from './stage.ts'

const Bucket = 'models'
const image = `683313688378.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`
const modelData = `s3://${Bucket}/models/one/output/model.tar.gz`
const pull = may(['ecr:*', 'logs:*', 'cloudwatch:PutMetricData'])
const objects = may('s3:*', [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`])
let key: string

beforeAll(async () => {
  await setUp()
  const { s3, kms } = clientsOf(a)
  await s3.createBucket({ Bucket })
  await s3.putObject({ Bucket, Key: 'data/train.csv', Body: '1,2,3\n0,1,4\n1,3,3\n0,0,5\n' })
  await s3.putObject({ Bucket, Key: 'models/one/output/model.tar.gz', Body: 'x' })
  const others = { AWS: [accountOf(b).AWS, accountOf(c).AWS] }
  await s3.putBucketPolicy({ Bucket, Policy: policy({ ...objects, Principal: others }) })
  const own = { ...may('kms:*'), Principal: accountOf(a) }
  const { KeyMetadata } = await kms.createKey({ Policy: policy(own, { ...may('kms:*'), Principal: others }) })
  key = KeyMetadata?.Arn ?? ''
})
afterAll(tearDown)

const training = (TrainingJobName: string, RoleArn: string): CreateTrainingJobRequest => ({
  TrainingJobName,
  RoleArn,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
  HyperParameters: { num_round: '1', objective: 'binary:logistic' },
  InputDataConfig: [
    {
      ChannelName: 'train',
      ContentType: 'text/csv',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${Bucket}/data/` } },
    },
  ],
  OutputDataConfig: { S3OutputPath: `s3://${Bucket}/models`, KmsKeyId: key },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
})

shows('job-not-taggable', async () => {
  const { states } = clientsOf(b)
  const job = await roleThat(b, 'job', service('sagemaker'), objects, pull)
  const actions = [
    'sagemaker:CreateTrainingJob',
    'sagemaker:DescribeTrainingJob',
    'sagemaker:StopTrainingJob',
    'iam:PassRole',
  ]
  const machine = await roleThat(b, 'machine', service('states'), may([...actions, 'events:*']))
  const Resource = 'arn:aws:states:::sagemaker:createTrainingJob.sync'
  const Train = { Type: 'Task', Resource, Parameters: training('tagged', job), End: true }
  const definition = JSON.stringify({ StartAt: 'Train', States: { Train } })
  const { stateMachineArn = '' } = await states.createStateMachine({ name: 'train', roleArn: machine, definition })
  const { executionArn = '' } = await states.startExecution({ stateMachineArn })
  const ended = await until(
    () => states.describeExecution({ executionArn }),
    ({ status }) => status !== 'RUNNING',
  )
  expect(ended).toMatchObject({ status: 'FAILED', error: 'SageMaker.AmazonSageMakerException' })
  expect(ended.cause).toMatch(
    new RegExp(
      `^User: arn:aws:sts::${b}:assumed-role/machine/\\S+ is not authorized to perform: sagemaker:AddTags on resource: arn:aws:sagemaker:${region}:${b}:training-job/tagged because no identity-based policy allows the sagemaker:AddTags action \\(Service: AmazonSageMaker; Status Code: 400; Error Code: AccessDeniedException; Request ID: [0-9a-f-]+; Proxy: null\\)$`,
    ),
  )
})

shows('output-not-encryptable', async () => {
  const { sagemaker } = clientsOf(b)
  const trainer = await roleThat(b, 'trainer', service('sagemaker'), objects, pull, may('kms:Encrypt', key))
  await sagemaker.createTrainingJob(training('unsaved', trainer))
  const ended = await until(
    () => sagemaker.describeTrainingJob({ TrainingJobName: 'unsaved' }),
    ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress',
  )
  expect(ended.TrainingJobStatus).toBe('Failed')
  expect(ended.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
    'Starting',
    'Downloading',
    'Training',
    'Uploading',
    'Failed',
  ])
  expect(ended.FailureReason).toMatch(/^ClientError: Artifact upload failed:.*\bkms:GenerateDataKey\b/)
})

const model = (ModelName: string, ExecutionRoleArn: string, Image = image) => ({
  ModelName,
  ExecutionRoleArn,
  PrimaryContainer: { Image, ModelDataUrl: modelData },
})

shows('model-data-not-accessible', async () => {
  const { sagemaker } = clientsOf(c)
  const inaccessible = (role: string, at = region) => ({
    code: 'ValidationException',
    status: 400,
    text: `Could not access model data at ${modelData}. Please ensure that the role "${role}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${at}. If your Model uses multiple models or uncompressed models, please ensure that the role has "s3:ListBucket" permission.`,
  })
  const poor = await roleThat(c, 'poor', service('sagemaker'), pull)
  const distrustful = await roleThat(c, 'distrustful', trust(accountOf(c)), pull, objects)
  for (const role of [poor, distrustful, roleArn(c, 'missing')])
    expect(await refusal(sagemaker.createModel(model('unread', role)))).toEqual(inaccessible(role))
  expect((await sagemaker.listModels({})).Models).toEqual([])
  const rich = await roleThat(c, 'rich', service('sagemaker'), pull, objects)
  const elsewhere = 'eu-west-1'
  expect(await refusal(clientsOf(c, elsewhere).sagemaker.createModel(model('far', rich)))).toEqual(
    inaccessible(rich, elsewhere),
  )
})

/** Model and configuration of one name, ready for an endpoint. */
async function deploy(name: string, role: string, own = image) {
  const { sagemaker } = clientsOf(c)
  await sagemaker.createModel(model(name, role, own))
  const variant = {
    VariantName: 'AllTraffic',
    ModelName: name,
    InstanceType: 'ml.m5.large' as const,
    InitialInstanceCount: 1,
  }
  await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants: [variant] })
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name })
}

shows('image-not-pullable', async () => {
  const { sagemaker } = clientsOf(c)
  const host = await roleThat(c, 'puller', service('sagemaker'), objects, pull)
  const imageOf = (account: string) => `${account}.dkr.ecr.${region}.amazonaws.com/own:1`
  const failureOf = async (EndpointName: string, account: string) => {
    await deploy(EndpointName, host, imageOf(account))
    return until(
      () => sagemaker.describeEndpoint({ EndpointName }),
      ({ EndpointStatus }) => EndpointStatus !== 'Creating',
    )
  }
  expect(await failureOf('foreign', b)).toMatchObject({
    EndpointStatus: 'Failed',
    FailureReason: expect.stringContaining(
      `The role '${host}' does not have BatchGetImage permission for the image: '${imageOf(b)}'.`,
    ),
  })
  expect(await failureOf('missing', c)).toMatchObject({
    EndpointStatus: 'Failed',
    FailureReason: expect.stringContaining(
      'Please make sure all images included in the model for the production variant AllTraffic exist, and that the execution role used to create the model has permissions to access them.',
    ),
  })
})

shows('name-taken', async () => {
  const { sagemaker } = clientsOf(c)
  const host = await roleThat(c, 'host', service('sagemaker'), objects, pull)
  await deploy('churn', host)
  const taken = (what: string, kind: string) => ({
    code: 'ValidationException',
    status: 400,
    text: `Cannot create already existing ${what} "arn:aws:sagemaker:${region}:${c}:${kind}/churn".`,
  })
  expect(await refusal(deploy('churn', host))).toEqual(taken('model', 'model'))
  await sagemaker.deleteModel({ ModelName: 'churn' })
  expect(await refusal(deploy('churn', host))).toEqual(taken('endpoint configuration', 'endpoint-config'))
  await sagemaker.deleteModel({ ModelName: 'churn' })
  await sagemaker.deleteEndpointConfig({ EndpointConfigName: 'churn' })
  expect(await refusal(deploy('churn', host))).toEqual(taken('endpoint', 'endpoint'))
})
