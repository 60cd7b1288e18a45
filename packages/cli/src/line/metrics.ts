import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { type Definition, namesOf, type TrainNames } from '@tripoint/pipeline'
import { accountById } from '../cloud/accounts.ts'
import { type Cloud, type Connection, client } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import type { WatchOptions } from './watch.ts'

/** For `watch`: when a workflow ends, the metrics of the job that it ran under its own name, or why the job failed. */
export function showTraining(
  definition: Definition,
  cloud: Cloud,
  report: Report,
): NonNullable<WatchOptions['onAction']> {
  const trained = new Map(
    Object.values(namesOf(definition).stages)
      .filter((stage): stage is TrainNames => stage.kind === 'train')
      .map(stage => [stage.steps.run, stage.account]),
  )
  return async ({ stageName, actionName, output }) => {
    const account = trained.get(`${stageName}/${actionName}`)
    const { externalExecutionId, errorDetails } = output?.executionResult ?? {}
    if (account === undefined || externalExecutionId === undefined) return
    const job = externalExecutionId.split(':').at(-1) ?? ''
    const found = await describe(accountById(definition, cloud, account), job)
    for (const { MetricName = '', Value = Number.NaN } of found?.FinalMetricDataList ?? [])
      report({ type: 'metric', job, name: MetricName, value: Value })
    const reason = found?.FailureReason
    if (reason !== undefined && errorDetails?.message?.includes(reason) !== true)
      report({ type: 'note', text: `training job ${job}: ${reason}` })
  }
}

/** Undefined: the workflow ended before it made the job. */
async function describe(connection: Connection, job: string): Promise<DescribeTrainingJobCommandOutput | undefined> {
  try {
    return await client(SageMakerClient, connection).send(new DescribeTrainingJobCommand({ TrainingJobName: job }))
  } catch (error) {
    if (/not found/i.test((error as Error).message)) return undefined
    throw error
  }
}
