import type {
  ActionTypeId,
  ArtifactRevision,
  ExecutionTrigger,
  PipelineDeclaration,
  SourceRevisionOverride,
} from '@aws-sdk/client-codepipeline'
import { type Cause, type Reader, type Tx, table } from '../../../engine/index.ts'
import { executionNotFound } from './errors.ts'
import { type Pipeline, type PipelineKey, versions } from './pipeline.ts'

export interface Artifact {
  name: string
  bucket: string
  key: string
  revision?: string
}

export interface Execution {
  account: string
  region: string
  pipeline: string
  id: string
  version: number
  number: number
  status: 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Superseded' | 'Failed' | 'Cancelled'
  summary?: string
  trigger: ExecutionTrigger
  stopTrigger?: string
  started: number
  updated: number
  attempt: number
  cause: Cause
  /** Index of the stage that it is in, or waits before. */
  stage: number
  /** Values of the pipeline's own variables. */
  inputs: Record<string, string>
  /** Output variables by namespace. */
  variables: Record<string, Record<string, string>>
  artifacts: Record<string, Artifact>
  revisions: (ArtifactRevision & { action: string })[]
  overrides: SourceRevisionOverride[]
  /** Actions of the present stage that need not run (again). */
  succeeded: string[]
}

export interface ActionExecution {
  account: string
  region: string
  pipeline: string
  execution: string
  id: string
  order: number
  version: number
  stage: string
  action: string
  type: ActionTypeId
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned'
  started: number
  updated: number
  updatedBy?: string
  configuration: Record<string, string>
  resolved: Record<string, string>
  roleArn?: string
  actionRegion: string
  namespace?: string
  inputs: Artifact[]
  outputs: Artifact[]
  variables?: Record<string, string>
  external?: { id?: string; url?: string; summary?: string }
  summary?: string
  error?: { code: string; message: string }
  /** Of an approval that is open. */
  token?: string
}

export type ActionKey = readonly [account: string, region: string, pipeline: string, execution: string, action: string]

export const executions = table<Execution>('codepipeline/execution') // [account, region, pipeline, id]
/** Ids, the newest first. */
export const newestExecutions = table<string>('codepipeline/newest') // [account, region, pipeline, -number]
export const actionExecutions = table<ActionExecution>('codepipeline/action') // [account, region, pipeline, execution, id]

export const putExecution = (tx: Tx, execution: Execution) =>
  executions.put(tx, [execution.account, execution.region, execution.pipeline, execution.id], execution)

export const actionKey = (action: ActionExecution): ActionKey => [
  action.account,
  action.region,
  action.pipeline,
  action.execution,
  action.id,
]

export function executionOf(read: Reader, pipeline: Pipeline, id = ''): Execution {
  const execution = executions.get(read, pipeline.account, pipeline.region, pipeline.name, id)
  if (execution === undefined) throw executionNotFound(pipeline.name, id)
  return execution
}

export const declarationOf = (read: Reader, { account, region, pipeline, version }: Execution): PipelineDeclaration =>
  versions.get(read, account, region, pipeline, version) ?? { name: pipeline, roleArn: '', stages: [] }

export const pipelineKey = ({ account, region, pipeline }: Execution | ActionExecution): PipelineKey => [
  account,
  region,
  pipeline,
]

/** Oldest first. */
export const actionsOfExecution = (read: Reader, execution: Execution): ActionExecution[] =>
  [...actionExecutions.list(read, ...pipelineKey(execution), execution.id)].sort((a, b) => a.order - b.order)
