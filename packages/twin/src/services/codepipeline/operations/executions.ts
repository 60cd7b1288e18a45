import type * as codepipeline from '@aws-sdk/client-codepipeline'
import type { ArtifactDetail } from '@aws-sdk/client-codepipeline'
import { operation } from '../../../gate/index.ts'
import { invalidNextToken } from '../model/errors.ts'
import {
  type ActionExecution,
  type Artifact,
  actionExecutions,
  type Execution,
  executionOf,
  newestExecutions,
} from '../model/execution.ts'
import { demand, keyOf, pipelineOf } from '../model/pipeline.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineExecution.html */
export const getPipelineExecution = operation<typeof codepipeline, 'GetPipelineExecution'>({
  authorize: ({ pipelineName }, { read, call }) => [demand(read, call, 'GetPipelineExecution', [pipelineName])],
  run({ pipelineName, pipelineExecutionId }, { tx, call }) {
    const execution = executionOf(tx, pipelineOf(tx, call, pipelineName), pipelineExecutionId)
    return {
      pipelineExecution: {
        pipelineName,
        pipelineVersion: execution.version,
        pipelineExecutionId: execution.id,
        status: execution.status,
        ...(execution.summary === undefined ? {} : { statusSummary: execution.summary }),
        artifactRevisions: execution.revisions.map(({ action: _action, ...revision }) => revision),
        variables: Object.entries(execution.inputs).map(([name, resolvedValue]) => ({ name, resolvedValue })),
        trigger: execution.trigger,
        executionMode: 'SUPERSEDED',
        executionType: 'STANDARD',
      },
    }
  },
})

const placeOf = (token: string): number => {
  const place = Number(token)
  if (!Number.isSafeInteger(place)) throw invalidNextToken()
  return place
}

const page = <T>(all: T[], token: string | undefined, limit: number) => {
  const from = placeOf(token ?? '0')
  return {
    some: all.slice(from, from + limit),
    ...(from + limit < all.length ? { next: { nextToken: String(from + limit) } } : {}),
  }
}

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html: newest first. */
export const listPipelineExecutions = operation<typeof codepipeline, 'ListPipelineExecutions'>({
  authorize: ({ pipelineName }, { read, call }) => [demand(read, call, 'ListPipelineExecutions', [pipelineName])],
  run({ pipelineName, maxResults = 100, nextToken }, { tx, call }) {
    const pipeline = pipelineOf(tx, call, pipelineName)
    const older = nextToken === undefined ? {} : { after: placeOf(nextToken) }
    const range = { ...older, limit: maxResults + 1 }
    const found = [...newestExecutions.entries(tx, keyOf(pipeline), range)]
    const some = found.slice(0, maxResults)
    return {
      pipelineExecutionSummaries: some.map(([, id]) => summary(executionOf(tx, pipeline, id))),
      ...(found.length > maxResults ? { nextToken: String(some.at(-1)?.[0].at(-1)) } : {}),
    }
  },
})

const summary = (execution: Execution) => ({
  pipelineExecutionId: execution.id,
  status: execution.status,
  startTime: new Date(execution.started),
  lastUpdateTime: new Date(execution.updated),
  sourceRevisions: execution.revisions.map(({ action, revisionId, revisionSummary, revisionUrl }) => ({
    actionName: action,
    revisionId,
    revisionSummary,
    revisionUrl,
  })),
  trigger: execution.trigger,
  ...(execution.stopTrigger === undefined ? {} : { stopTrigger: { reason: execution.stopTrigger } }),
  executionMode: 'SUPERSEDED' as const,
  executionType: 'STANDARD' as const,
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListActionExecutions.html: newest first. */
export const listActionExecutions = operation<typeof codepipeline, 'ListActionExecutions'>({
  authorize: ({ pipelineName }, { read, call }) => [demand(read, call, 'ListActionExecutions', [pipelineName])],
  run({ pipelineName, filter, maxResults = 100, nextToken }, { tx, call }) {
    const pipeline = pipelineOf(tx, call, pipelineName)
    const only = filter?.pipelineExecutionId ?? filter?.latestInPipelineExecution?.pipelineExecutionId
    if (only !== undefined) executionOf(tx, pipeline, only)
    const prefix = only === undefined ? keyOf(pipeline) : ([...keyOf(pipeline), only] as const)
    const all = [...actionExecutions.list(tx, ...prefix)].sort((a, b) => b.started - a.started || b.order - a.order)
    const { some, next } = page(all, nextToken, maxResults)
    return { actionExecutionDetails: some.map(detail), ...next }
  },
})

const artifactDetail = ({ name, bucket, key }: Artifact): ArtifactDetail => ({ name, s3location: { bucket, key } })

const detail = (action: ActionExecution): codepipeline.ActionExecutionDetail => ({
  pipelineExecutionId: action.execution,
  actionExecutionId: action.id,
  pipelineVersion: action.version,
  stageName: action.stage,
  actionName: action.action,
  startTime: new Date(action.started),
  lastUpdateTime: new Date(action.updated),
  ...(action.updatedBy === undefined ? {} : { updatedBy: action.updatedBy }),
  status: action.status,
  input: {
    actionTypeId: action.type,
    configuration: action.configuration,
    resolvedConfiguration: action.resolved,
    ...(action.roleArn === undefined ? {} : { roleArn: action.roleArn }),
    region: action.actionRegion,
    inputArtifacts: action.inputs.map(artifactDetail),
    ...(action.namespace === undefined ? {} : { namespace: action.namespace }),
  },
  output: {
    outputArtifacts: action.status === 'Succeeded' ? action.outputs.map(artifactDetail) : [],
    executionResult: {
      ...(action.external?.id === undefined ? {} : { externalExecutionId: action.external.id }),
      ...(action.external?.url === undefined ? {} : { externalExecutionUrl: action.external.url }),
      externalExecutionSummary: action.summary ?? action.external?.summary ?? action.error?.message ?? '',
      ...(action.error === undefined ? {} : { errorDetails: action.error }),
    },
    outputVariables: action.variables ?? {},
  },
})
