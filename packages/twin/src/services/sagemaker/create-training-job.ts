import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { because, type Honoured, isAwsError, notImplemented, refuseOthers } from '../../engine/index.ts'
import { type Context, operation } from '../../gate/index.ts'
import { invalid, jobExists, missing, reasonOf } from './errors.ts'
import { arnOf, checkName, keyOf } from './name.ts'

import { passes, takeRole } from './role.ts'
import { parseS3Uri } from './s3-uri.ts'
import { creates, putTags } from './tags.ts'
import { entering, saveJob, type TrainingJob, trainingJobArn, trainingJobs } from './training-job.ts'
import { trainingWork } from './training-work.ts'

const honoured: Honoured = {
  TrainingJobName: true,
  HyperParameters: true,
  AlgorithmSpecification: {
    TrainingImage: true,
    TrainingInputMode: ['File', 'FastFile'],
    MetricDefinitions: true,
    EnableSageMakerMetricsTimeSeries: true,
  },
  RoleArn: true,
  InputDataConfig: {
    ChannelName: true,
    DataSource: {
      S3DataSource: { S3DataType: ['S3Prefix'], S3Uri: true, S3DataDistributionType: ['FullyReplicated'] },
    },
    ContentType: true,
    CompressionType: ['None'],
    RecordWrapperType: ['None'],
    InputMode: ['File', 'FastFile'],
  },
  OutputDataConfig: { S3OutputPath: true, KmsKeyId: true, CompressionType: ['GZIP'] },
  ResourceConfig: { InstanceType: true, InstanceCount: [1], VolumeSizeInGB: true },
  StoppingCondition: { MaxRuntimeInSeconds: true },
  Tags: true,
  EnableNetworkIsolation: [false],
  EnableInterContainerTrafficEncryption: true,
  EnableManagedSpotTraining: [false],
  Environment: true,
}

type Input = sagemaker.CreateTrainingJobCommandInput

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html#amazonsagemaker-policy-keys */
const conditions = ({ ResourceConfig, OutputDataConfig, StoppingCondition }: Input) => ({
  'sagemaker:InstanceTypes': ResourceConfig?.InstanceType === undefined ? undefined : [ResourceConfig.InstanceType],
  'sagemaker:OutputKmsKey': OutputDataConfig?.KmsKeyId,
  'sagemaker:MaxRuntimeInSeconds':
    StoppingCondition?.MaxRuntimeInSeconds === undefined ? undefined : String(StoppingCondition.MaxRuntimeInSeconds),
  'sagemaker:NetworkIsolation': 'false',
})

function check(input: Input): void {
  refuseOthers(input, honoured, 'CreateTrainingJob')
  if (input.AlgorithmSpecification?.TrainingImage === undefined)
    throw invalid('Either TrainingImage or AlgorithmName must be specified.')
  if (input.OutputDataConfig === undefined) throw missing('outputDataConfig')
  if (input.ResourceConfig === undefined) throw missing('resourceConfig')
  if (input.StoppingCondition === undefined) throw missing('stoppingCondition')
  parseS3Uri(input.OutputDataConfig.S3OutputPath, 'outputDataConfig.s3OutputPath')
  const names = (input.InputDataConfig ?? []).map(channel => channel.ChannelName ?? '')
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid(`Duplicate channel name: ${twice}`)
  for (const channel of input.InputDataConfig ?? []) {
    if (channel.DataSource?.S3DataSource === undefined)
      throw notImplemented('CreateTrainingJob.InputDataConfig without S3DataSource')
    parseS3Uri(channel.DataSource.S3DataSource.S3Uri, 'inputDataConfig.dataSource.s3DataSource.s3Uri')
  }
}

/** Before it takes a job, SageMaker takes the role and looks for the data as that role. */
async function lookForData(input: Input, { call, env }: Context): Promise<void> {
  const role = input.RoleArn ?? ''
  const arn = arnOf(call, 'training-job', input.TrainingJobName ?? '')
  const cause = because(call.cause, { kind: 'job', id: arn, name: input.TrainingJobName ?? '' })
  const as = await takeRole(env, { role, arn, region: call.region, cause }).catch((error: unknown) => {
    if (!isAwsError(error)) throw error
    throw invalid(
      `Could not assume role ${role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    )
  })
  for (const { DataSource } of input.InputDataConfig ?? []) {
    const uri = DataSource?.S3DataSource?.S3Uri ?? ''
    const { bucket, key } = parseS3Uri(uri, 's3Uri')
    const none = (why: string) =>
      invalid(
        `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region (${call.region}), that objects exist under that S3 prefix, and that the role "${role}" has "s3:ListBucket" permissions on bucket "${bucket}".${why}`,
      )
    const listed = await env
      .invoke(as, 's3', 'ListObjectsV2', { Bucket: bucket, Prefix: key, MaxKeys: 1 }, { cause, region: call.region })
      .catch((error: unknown) => {
        throw isAwsError(error) ? none(` Error message from S3: ${reasonOf(error)}`) : error
      })
    if ((listed.Contents ?? []).length === 0) throw none('')
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const createTrainingJob = operation<typeof sagemaker, 'CreateTrainingJob'>({
  authorize(input, { call }) {
    const name = checkName(input.TrainingJobName, 'trainingJobName')
    return [
      ...creates(call, 'training-job', name, input.Tags, conditions(input)),
      passes(call, input.RoleArn, 'roleArn'),
    ]
  },
  async stage(input, context) {
    check(input)
    const key = keyOf(context.call, input.TrainingJobName ?? '')
    if (trainingJobs.get(context.read, ...key)) throw jobExists(arnOf(context.call, 'training-job', key[2]))
    await lookForData(input, context)
  },
  run(input, { tx, call, env }) {
    const [account, region, name] = keyOf(call, input.TrainingJobName ?? '')
    const fresh: TrainingJob = {
      account,
      region,
      name,
      request: input as sagemaker.CreateTrainingJobRequest,
      status: 'InProgress',
      transitions: [],
      created: call.now,
      modified: call.now,
      metrics: [],
    }
    const arn = trainingJobArn(fresh)
    if (trainingJobs.get(tx, account, region, name)) throw jobExists(arn)
    const job = entering(fresh, 'Starting', call.now)
    saveJob(tx, env, job, call.cause)
    putTags(tx, arn, input.Tags)
    const cause = because(call.cause, { kind: 'job', id: arn, name })
    env.works.start(tx, {
      id: arn,
      kind: trainingWork.kind,
      state: { key: [account, region, name], phase: 'prepare' },
      cause,
    })
    return { TrainingJobArn: arn }
  },
})
