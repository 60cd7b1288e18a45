import { CodePipelineClient, RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline'
import {
  ListEndpointConfigsCommand,
  ListModelsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { type Access, type DeployNames, namesOf, type TrainNames } from '@tripoint/pipeline'
import { expect } from 'vitest'
import { client, sleep } from '../../packages/cli/src/cloud/cloud.ts'
import { people } from '../../packages/cli/src/demo/people.ts'
import { destroy } from '../../packages/cli/src/line/destroy.ts'
import { compare } from '../../packages/cli/src/line/observed.ts'
import type { Line } from './line.ts'
import { uploadInParts } from './upload-in-parts.ts'

export const depth = (value: string) => (template: string) =>
  template.replace('"max_depth": "5"', `"max_depth": "${value}"`)

export const startAtNowhere = (template: string) => template.replace('"StartAt": "Train"', '"StartAt": "Nowhere"')

/**
 * Runs that between them have every occasion there is: a first run, and one before it whose stack cannot be created, updates,
 * failures, a rejection, a stop and the teardown.
 * Then what was used is exactly what was derived.
 */
export async function everyOccasion(line: Line): Promise<void> {
  await line.deploy()
  await line.prepare()
  await uploads(line)
  await nowhere(line, 'Nowhere yet')
  await firstRun(line)
  await updates(line)
  await failures(line)
  await stop(line)
  await destroy(line.definition, line.cloud, { report: () => {}, confirm: async () => true })

  const { unused, unlisted } = compare(line.list, line.twin.audit())
  expect({
    unused: unused.map(({ id }) => id),
    unlisted: unlisted.map(
      ({ entry, verdict }) => `${entry.role ?? entry.principal} ${verdict.action} ${verdict.resource}`,
    ),
  }).toEqual({ unused: [], unlisted: [] })
}

const without = (line: Line, who: string, action: string): Access[] =>
  line.list.filter(entry => !(entry.id.includes(`/${who}/`) && entry.action === action))

/** A publisher's large file, and one that is broken off. */
async function uploads(line: Line): Promise<void> {
  const { definition, place } = line
  const [publisher = ''] = definition.people.publishers
  const shared = line.account('shared')
  const credentials = (await people(definition, shared, place))[publisher] ?? shared.credentials
  const { bucket } = namesOf(definition)
  for (const end of ['complete', 'abort'] as const)
    await uploadInParts({ ...shared, credentials }, { bucket, key: 'data/parts/large.csv' }, end)
}

/** A stack that is there is rolled back; one that is not leaves what can only be replaced. */
async function nowhere(line: Line, message: string): Promise<void> {
  const { id } = await line.push(message, startAtNowhere)
  expect((await line.finish(id)).failed).toMatchObject({ stage: 'Train', action: 'DeployWorkflow' })
}

/** The endpoint cannot come up at first: its container may not pull its image. */
async function firstRun(line: Line): Promise<void> {
  await line.deploy(without(line, 'hosting-role', 'ecr:BatchGetImage'))
  const { id, trigger } = await line.push('First')
  expect(trigger).toContain('rule/churn-commit')
  expect((await line.finish(id)).failed).toMatchObject({ stage: 'Deploy', action: 'DeployEndpoint' })

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
}

/** One more than are kept for rollback. */
async function updates(line: Line): Promise<void> {
  const deploy = line.definition.stages.find(stage => stage.kind === 'deploy-endpoint')
  const keep = deploy?.kind === 'deploy-endpoint' ? deploy.keep : 0
  for (const value of ['4', '3', '6', '2'].slice(0, keep + 1)) {
    const { id } = await line.push(`Depth ${value}`, depth(value))
    expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
  }
  const production = client(SageMakerClient, line.account('production'))
  const kept = { NameContains: `${(namesOf(line.definition).stages.Deploy as DeployNames).deployments}-` }
  expect((await production.send(new ListModelsCommand(kept))).Models).toHaveLength(keep)
  expect((await production.send(new ListEndpointConfigsCommand(kept))).EndpointConfigs).toHaveLength(keep)
}

async function failures(line: Line): Promise<void> {
  await line.deploy(without(line, 'pipeline-role', 's3:PutObject'))
  expect((await line.finish(await line.start())).failed).toMatchObject({ stage: 'Source', action: 'Source' })
  await line.deploy()

  await nowhere(line, 'Nowhere')

  const bad = await line.push('Not a number', depth('deep'))
  expect((await line.finish(bad.id)).failed).toMatchObject({ stage: 'Train', action: 'RunWorkflow' })

  const rejected = await line.push('Rejected', depth('5'))
  expect((await line.finish(rejected.id, 'reject')).failed).toMatchObject({ stage: 'Approve' })
}

async function stop(line: Line): Promise<void> {
  const { id } = await line.push('Stopped', text =>
    depth('7')(text).replace('"num_round": "100"', '"num_round": "20000"'),
  )
  const training = client(SageMakerClient, line.account('training'))
  let job: string | undefined
  while (job === undefined) {
    await sleep(20)
    job = (await training.send(new ListTrainingJobsCommand({ StatusEquals: 'InProgress' }))).TrainingJobSummaries?.[0]
      ?.TrainingJobName
  }
  const { executionsArn, jobs } = namesOf(line.definition).stages.Train as TrainNames
  await client(SFNClient, line.account('training')).send(
    new StopExecutionCommand({ executionArn: executionsArn.replace(`${jobs}-*`, job), cause: 'by test' }),
  )
  expect((await line.finish(id)).failed).toMatchObject({ stage: 'Train', action: 'RunWorkflow' })
}
