import type * as codepipeline from '@aws-sdk/client-codepipeline'
import type { ActionState, StageState } from '@aws-sdk/client-codepipeline'
import type { Reader } from '../../../engine/index.ts'
import { operation } from '../../../gate/index.ts'
import { type ActionExecution, actionExecutions, executions } from '../model/execution.ts'
import { actionsOf, demand, keyOf, type Pipeline, pipelineOf } from '../model/pipeline.ts'
import { stageRecord } from '../model/stage.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html */
export const getPipelineState = operation<typeof codepipeline, 'GetPipelineState'>({
  authorize: ({ name }, { read, call }) => [demand(read, call, 'GetPipelineState', [name])],
  run({ name }, { tx, call }) {
    const pipeline = pipelineOf(tx, call, name)
    const { version, created, updated, declaration } = pipeline
    return {
      pipelineName: pipeline.name,
      pipelineVersion: version,
      stageStates: (declaration.stages ?? []).map(stage => stageState(tx, pipeline, stage)),
      created: new Date(created),
      updated: new Date(updated),
    }
  },
})

function stageState(read: Reader, pipeline: Pipeline, stage: codepipeline.StageDeclaration): StageState {
  const record = stageRecord(read, keyOf(pipeline), stage.name ?? '')
  const { waiting, latest, disabled, changed } = record
  const inbound = waiting === undefined ? undefined : { pipelineExecutionId: waiting, status: 'InProgress' as const }
  return {
    stageName: stage.name,
    ...(inbound === undefined ? {} : { inboundExecution: inbound, inboundExecutions: [inbound] }),
    inboundTransitionState: {
      enabled: disabled === undefined,
      ...(changed === undefined ? {} : { lastChangedBy: changed.by, lastChangedAt: new Date(changed.at) }),
      ...(disabled === undefined ? {} : { disabledReason: disabled.reason }),
    },
    actionStates: actionsOf(stage).map(({ name = '' }) => {
      const tried = record.actions[name]
      const action = tried && actionExecutions.get(read, ...keyOf(pipeline), tried.execution, tried.id)
      return actionState(read, pipeline, name, action)
    }),
    ...(latest === undefined
      ? {}
      : { latestExecution: { pipelineExecutionId: latest.execution, status: latest.status } }),
  }
}

function actionState(
  read: Reader,
  pipeline: Pipeline,
  actionName: string,
  action: ActionExecution | undefined,
): ActionState {
  if (action === undefined) return { actionName }
  const execution = executions.get(read, ...keyOf(pipeline), action.execution)
  const revision = execution?.revisions.find(known => known.action === actionName)
  return {
    actionName,
    ...(revision === undefined || action.type.category !== 'Source'
      ? {}
      : {
          currentRevision: {
            revisionId: revision.revisionId,
            revisionChangeId: revision.revisionChangeIdentifier,
            created: revision.created,
          },
          revisionUrl: revision.revisionUrl,
        }),
    ...(action.external?.url === undefined ? {} : { entityUrl: action.external.url }),
    latestExecution: {
      actionExecutionId: action.id,
      status: action.status,
      ...summaryOf(action),
      lastStatusChange: new Date(action.updated),
      ...(action.token === undefined ? {} : { token: action.token }),
      ...(action.updatedBy === undefined ? {} : { lastUpdatedBy: action.updatedBy }),
      ...(action.external?.id === undefined ? {} : { externalExecutionId: action.external.id }),
      ...(action.external?.url === undefined ? {} : { externalExecutionUrl: action.external.url }),
      ...(action.error === undefined ? {} : { errorDetails: action.error }),
    },
  }
}

const summaryOf = ({ summary, external, error }: ActionExecution) => {
  const text = summary ?? external?.summary ?? error?.message
  return text === undefined ? {} : { summary: text }
}
