import { CodePipelineClient, DeletePipelineCommand } from '@aws-sdk/client-codepipeline'
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { type Definition, type DeployNames, namesOf, type TrainNames } from '@tripoint/pipeline'
import { accountById } from '../cloud/accounts.ts'
import { type Cloud, type Connection, client } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'
import { deleteStack } from './stack.ts'

export interface DestroyOptions {
  report: Report
  signal?: AbortSignal
  /** Asked before what cannot be made again is deleted. */
  confirm(question: string): Promise<boolean>
}

/**
 * Takes a line down in the order in which nothing is left that still needs something gone: pipeline, endpoint with its
 * configurations and models, the workflow's stack (which its own CloudFormation role deletes), accounts, bucket, base.
 */
export async function destroy(
  definition: Definition,
  cloud: Cloud,
  { report, signal, confirm }: DestroyOptions,
): Promise<void> {
  const names = namesOf(definition)
  const shared = cloud.account('shared')
  const options = { pace: cloud.pace, report, ...(signal === undefined ? {} : { signal }) }
  const stages = Object.values(names.stages)
  if (
    !(await confirm(
      `delete the line ${names.pipeline}, its endpoint, and every version of every object in ${names.bucket}?`,
    ))
  ) {
    throw new Failure('nothing was deleted', 'answer yes, or give --yes')
  }
  report({ type: 'step', text: `the pipeline ${names.pipeline}` })
  await deleteStack(shared, names.stacks.pipeline, options)
  await client(CodePipelineClient, shared).send(new DeletePipelineCommand({ name: names.pipeline }))
  for (const stage of stages.filter((stage): stage is DeployNames => stage.kind === 'deploy-endpoint')) {
    report({ type: 'step', text: `the endpoint ${stage.endpoint.name}` })
    await deleteEndpoint(accountById(definition, cloud, stage.account), stage)
  }
  for (const stage of stages.filter((stage): stage is TrainNames => stage.kind === 'train')) {
    report({ type: 'step', text: `the workflow ${stage.workflowStack.name}` })
    await deleteStack(accountById(definition, cloud, stage.account), stage.workflowStack.name, {
      ...options,
      role: stage.cloudformationRole.arn,
    })
  }
  for (const [role, account] of Object.entries(definition.accounts)) {
    if (account === names.account) continue
    report({ type: 'step', text: `account ${role}` })
    await deleteStack(cloud.account(role), `${definition.name}-${role}`, options)
  }
  report({ type: 'step', text: `the bucket ${names.bucket} and what else is shared` })
  const emptied = await emptyBucket(shared, names.bucket)
  if (emptied > 0) report({ type: 'note', text: `${emptied} versions deleted` })
  await deleteStack(shared, names.stacks.base, options)
}

const gone = (error: unknown) =>
  error instanceof Error && /Could not find|NoSuchBucket|does not exist/.test(`${error.name} ${error.message}`)

const quietly = (promise: Promise<unknown>) =>
  promise.catch(error => {
    if (!gone(error)) throw error
  })

async function deleteEndpoint(connection: Connection, names: DeployNames): Promise<void> {
  const sagemaker = client(SageMakerClient, connection)
  await quietly(sagemaker.send(new DeleteEndpointCommand({ EndpointName: names.endpoint.name })))
  const contains = { NameContains: names.deployments, MaxResults: 100 }
  const { EndpointConfigs = [] } = await sagemaker.send(new ListEndpointConfigsCommand(contains))
  for (const { EndpointConfigName } of EndpointConfigs) {
    if (EndpointConfigName?.startsWith(`${names.deployments}-`) === true)
      await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName }))
  }
  const { Models = [] } = await sagemaker.send(new ListModelsCommand(contains))
  for (const { ModelName } of Models) {
    if (ModelName?.startsWith(`${names.deployments}-`) === true)
      await sagemaker.send(new DeleteModelCommand({ ModelName }))
  }
}

/** A versioned bucket is empty when its last version and delete marker are gone. */
async function emptyBucket(connection: Connection, bucket: string): Promise<number> {
  const s3 = client(S3Client, connection)
  let count = 0
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket })).catch(error => {
      if (gone(error)) return undefined
      throw error
    })
    const versions = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])]
    if (versions.length === 0) return count
    const Objects = versions.map(({ Key, VersionId }) => ({
      Key: Key ?? '',
      ...(VersionId === undefined ? {} : { VersionId }),
    }))
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }))
    count += versions.length
  }
}
