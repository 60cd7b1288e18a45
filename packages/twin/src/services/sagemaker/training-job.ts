import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { because, type Cause, type Reader, type Tx, table } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { notFound } from './errors.ts'
import { arnOf } from './name.ts'

export interface Transition {
  status: sagemaker.SecondaryStatus
  start: number
  end?: number
  message: string
}

export interface TrainingJob {
  account: string
  region: string
  name: string
  /** As it was asked for. */
  request: sagemaker.CreateTrainingJobRequest
  status: sagemaker.TrainingJobStatus
  transitions: Transition[]
  created: number
  modified: number
  trainingStarted?: number
  trainingEnded?: number
  /** StopTrainingJob, or the end of MaxRuntimeInSeconds. */
  stop?: 'asked' | 'max-runtime'
  failure?: string
  artifact?: string
  metrics: { name: string; value: number; at: number }[]
}

export const trainingJobs = table<TrainingJob>('sagemaker/training-job') // [account, region, name]

export const trainingJobArn = (job: Pick<TrainingJob, 'account' | 'region' | 'name'>): string =>
  arnOf(job, 'training-job', job.name)

export const findJob = (read: Reader, key: readonly [string, string, string]): TrainingJob => {
  const job = trainingJobs.get(read, ...key)
  if (job === undefined) throw notFound()
  return job
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SecondaryStatusTransition.html */
const messages: Partial<Record<sagemaker.SecondaryStatus, string>> = {
  Starting: 'Preparing the instances for training',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Completed: 'Training job completed',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Resource released due to training job exceeding the max runtime',
  Failed: 'Training job failed',
}

export const entering = (
  job: TrainingJob,
  status: sagemaker.SecondaryStatus,
  now: number,
  message?: string,
): TrainingJob => {
  const last = job.transitions.at(-1)
  if (last?.status === status) return job
  const closed = job.transitions.map(transition => (transition === last ? { ...transition, end: now } : transition))
  const text = message ?? messages[status] ?? status
  return { ...job, modified: now, transitions: [...closed, { status, start: now, message: text }] }
}

/** Events carry dates as milliseconds. */
const epochDates = (value: unknown): unknown => {
  if (value instanceof Date) return value.getTime()
  if (Array.isArray(value)) return value.map(epochDates)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, epochDates(member)]))
}

/** Saves a change of a job and tells the world: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
export function saveJob(tx: Tx, env: Env, job: TrainingJob, cause: Cause): void {
  trainingJobs.put(tx, [job.account, job.region, job.name], job)
  const arn = trainingJobArn(job)
  const detail = JSON.parse(JSON.stringify(epochDates(describe(job)))) as Record<string, unknown>
  env.events.emit(tx, {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Training Job State Change',
    account: job.account,
    region: job.region,
    resources: [arn],
    detail,
    cause: because(cause, { kind: 'job', id: arn, name: job.name }),
  })
}

const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms))

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T

export const describe = (job: TrainingJob): sagemaker.DescribeTrainingJobResponse => {
  const { Tags: _tags, ...request } = job.request
  const seconds =
    job.trainingStarted === undefined || job.trainingEnded === undefined
      ? undefined
      : Math.max(1, Math.ceil((job.trainingEnded - job.trainingStarted) / 1000))
  return defined({
    ...request,
    TrainingJobName: job.name,
    TrainingJobArn: trainingJobArn(job),
    AlgorithmSpecification: request.AlgorithmSpecification,
    ModelArtifacts: { S3ModelArtifacts: job.artifact },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.transitions.at(-1)?.status ?? 'Starting',
    FailureReason: job.failure,
    CreationTime: new Date(job.created),
    TrainingStartTime: date(job.trainingStarted),
    TrainingEndTime: date(job.trainingEnded),
    LastModifiedTime: new Date(job.modified),
    SecondaryStatusTransitions: job.transitions.map(({ status, start, end, message }) =>
      defined({ Status: status, StartTime: new Date(start), EndTime: date(end), StatusMessage: message }),
    ),
    FinalMetricDataList: job.metrics.map(({ name, value, at }) => ({
      MetricName: name,
      Value: value,
      Timestamp: new Date(at),
    })),
    TrainingTimeInSeconds: seconds,
    BillableTimeInSeconds: seconds,
    EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: request.EnableInterContainerTrafficEncryption ?? false,
    EnableManagedSpotTraining: request.EnableManagedSpotTraining ?? false,
  }) as sagemaker.DescribeTrainingJobResponse
}
