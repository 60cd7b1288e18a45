import type { Tx } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import type { ActionExecution, Execution } from './execution.ts'
import { pipelineArn } from './pipeline.ts'

// https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html

function emit(
  tx: Tx,
  env: Env,
  execution: Execution,
  of: 'Pipeline' | 'Stage' | 'Action',
  detail: Record<string, unknown>,
): void {
  const { account, region, pipeline, version, id, cause, attempt } = execution
  env.events.emit(tx, {
    source: 'aws.codepipeline',
    detailType: `CodePipeline ${of} Execution State Change`,
    account,
    region,
    resources: [pipelineArn(account, region, pipeline)],
    detail: { pipeline, version, 'execution-id': id, 'pipeline-execution-attempt': attempt, ...detail },
    cause,
  })
}

export const pipelineEvent = (tx: Tx, env: Env, execution: Execution, state: string) =>
  emit(tx, env, execution, 'Pipeline', {
    state,
    'start-time': new Date(execution.started).toISOString(),
    'execution-trigger': {
      'trigger-type': execution.trigger.triggerType,
      'trigger-detail': execution.trigger.triggerDetail,
    },
  })

export const stageEvent = (tx: Tx, env: Env, execution: Execution, stage: string, state: string) =>
  emit(tx, env, execution, 'Stage', { stage, state })

export const actionEvent = (tx: Tx, env: Env, execution: Execution, action: ActionExecution, state: string) =>
  emit(tx, env, execution, 'Action', {
    stage: action.stage,
    action: action.action,
    state,
    region: action.actionRegion,
    type: action.type,
    'action-execution-id': action.id,
    'start-time': new Date(action.started).toISOString(),
    ...(action.status === 'InProgress'
      ? {}
      : {
          'execution-result': {
            ...(action.external?.id === undefined ? {} : { 'external-execution-id': action.external.id }),
            ...(action.external?.url === undefined ? {} : { 'external-execution-url': action.external.url }),
            'external-execution-summary': action.error?.message ?? action.summary ?? '',
            ...(action.error === undefined ? {} : { 'error-code': action.error.code }),
          },
        }),
  })
