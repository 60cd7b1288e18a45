import type * as codepipeline from '@aws-sdk/client-codepipeline'
import { notImplemented } from '../../../engine/index.ts'
import { type AnyOperation, operation } from '../../../gate/index.ts'
import { notLatestExecution, stageNotFound, stageNotRetryable } from '../model/errors.ts'
import { pipelineEvent } from '../model/event.ts'
import { declarationOf, executionOf, pipelineKey, putExecution } from '../model/execution.ts'
import { demand, keyOf, pipelineOf, stageOf } from '../model/pipeline.ts'
import { stageRecord, stages } from '../model/stage.ts'
import { admit, enter } from '../run/advance.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RetryStageExecution.html */
export const retryStageExecution = operation<typeof codepipeline, 'RetryStageExecution'>({
  authorize: ({ pipelineName, stageName }, { read, call }) => [
    demand(read, call, 'RetryStageExecution', [pipelineName, stageName]),
  ],
  run({ pipelineName, stageName = '', pipelineExecutionId, retryMode }, { tx, call, env }) {
    const pipeline = pipelineOf(tx, call, pipelineName)
    stageOf(pipeline.declaration, stageName)
    const execution = executionOf(tx, pipeline, pipelineExecutionId)
    const declaration = declarationOf(tx, execution)
    const index = (declaration.stages ?? []).findIndex(({ name }) => name === stageName)
    const stage = declaration.stages?.[index]
    if (stage === undefined) throw stageNotFound(pipeline.name, stageName)
    const { latest, running } = stageRecord(tx, pipelineKey(execution), stageName)
    if (latest?.execution !== execution.id) throw notLatestExecution(stageName)
    if (
      running !== undefined ||
      (latest.status !== 'Failed' && latest.status !== 'Stopped') ||
      execution.stage !== index
    ) {
      throw stageNotRetryable(`Stage ${stageName} of execution ${execution.id} is ${latest.status}, not Failed`)
    }
    const again = putExecution(tx, {
      ...execution,
      status: 'InProgress',
      attempt: execution.attempt + 1,
      updated: call.now,
      succeeded: retryMode === 'ALL_ACTIONS' ? [] : execution.succeeded,
    })
    pipelineEvent(tx, env, again, 'RESUMED')
    enter(tx, env, again, stage, true)
    return { pipelineExecutionId: execution.id }
  },
})

const transition = (action: 'EnableStageTransition' | 'DisableStageTransition', disable: boolean): AnyOperation =>
  operation<typeof codepipeline, 'DisableStageTransition'>({
    authorize: ({ pipelineName, stageName }, { read, call }) => [demand(read, call, action, [pipelineName, stageName])],
    run({ pipelineName, stageName = '', transitionType, reason = '' }, { tx, call, env }) {
      if (transitionType !== 'Inbound') throw notImplemented(`codepipeline:${action} of type ${transitionType}`)
      const pipeline = pipelineOf(tx, call, pipelineName)
      stageOf(pipeline.declaration, stageName)
      const { disabled: _disabled, ...record } = stageRecord(tx, keyOf(pipeline), stageName)
      const changed = { by: call.principal.arn, at: call.now }
      stages.put(tx, [...keyOf(pipeline), stageName], {
        ...record,
        changed,
        ...(disable ? { disabled: { reason, ...changed } } : {}),
      })
      if (!disable)
        admit(tx, env, { account: pipeline.account, region: pipeline.region, pipeline: pipeline.name }, stageName)
      return {}
    },
  })

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_EnableStageTransition.html */
export const enableStageTransition = transition('EnableStageTransition', false)
/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_DisableStageTransition.html */
export const disableStageTransition = transition('DisableStageTransition', true)
