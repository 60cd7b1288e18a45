import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { type AnyOperation, operation } from '../../gate/index.ts'
import { createTrainingJob } from './create-training-job.ts'
import { invalid } from './errors.ts'
import { listed } from './list.ts'
import { arnOf, checkName, keyOf } from './name.ts'
import { describe, entering, findJob, saveJob, trainingJobArn, trainingJobs } from './training-job.ts'

export const trainingOperations: Record<string, AnyOperation> = {
  CreateTrainingJob: createTrainingJob,

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html */
  DescribeTrainingJob: operation<typeof sagemaker, 'DescribeTrainingJob'>({
    authorize: (input, { call }) => [
      {
        action: 'sagemaker:DescribeTrainingJob',
        resource: arnOf(call, 'training-job', checkName(input.TrainingJobName, 'trainingJobName')),
      },
    ],
    run: (input, { tx, call }) => describe(findJob(tx, keyOf(call, input.TrainingJobName ?? ''))),
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html */
  StopTrainingJob: operation<typeof sagemaker, 'StopTrainingJob'>({
    authorize: (input, { call }) => [
      {
        action: 'sagemaker:StopTrainingJob',
        resource: arnOf(call, 'training-job', checkName(input.TrainingJobName, 'trainingJobName')),
      },
    ],
    run(input, { tx, call, env }) {
      const job = findJob(tx, keyOf(call, input.TrainingJobName ?? ''))
      if (job.status === 'Stopping') return {}
      if (job.status !== 'InProgress')
        throw invalid(`The request was rejected because the training job is in status ${job.status}.`)
      const stopping = { ...entering(job, 'Stopping', call.now), status: 'Stopping' as const, stop: 'asked' as const }
      saveJob(tx, env, stopping, call.cause)
      env.works.signal(tx, trainingJobArn(job), { name: 'stop' })
      return {}
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html: no resource-level support */
  ListTrainingJobs: operation<typeof sagemaker, 'ListTrainingJobs'>({
    authorize: () => [{ action: 'sagemaker:ListTrainingJobs', resource: '*' }],
    run(input, { tx, call }) {
      const { shown, token } = listed(trainingJobs.list(tx, call.account, call.region), input, call, {
        StatusEquals: true,
      })
      return {
        TrainingJobSummaries: shown.map(job => ({
          TrainingJobName: job.name,
          TrainingJobArn: trainingJobArn(job),
          CreationTime: new Date(job.created),
          LastModifiedTime: new Date(job.modified),
          TrainingJobStatus: job.status,
          ...(job.trainingEnded === undefined ? {} : { TrainingEndTime: new Date(job.trainingEnded) }),
        })),
        ...token,
      }
    },
  }),
}
