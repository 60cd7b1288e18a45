import type { ExecutionTrigger, SourceRevisionOverride } from '@aws-sdk/client-codepipeline'
import { because, type Cause, type Tx } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import { pipelineEvent } from '../model/event.ts'
import { newestExecutions, putExecution } from '../model/execution.ts'
import { keyOf, type Pipeline, pipelines } from '../model/pipeline.ts'
import { arrive } from './advance.ts'

export interface Start {
  trigger: ExecutionTrigger
  cause: Cause
  inputs?: Record<string, string>
  overrides?: SourceRevisionOverride[]
}

/** Begins with the commit of `tx`; the result is the execution's id. */
export function startExecution(tx: Tx, env: Env, pipeline: Pipeline, start: Start): string {
  const id = env.ids.uuid()
  const now = env.clock.now()
  const number = pipeline.executions + 1
  pipelines.put(tx, keyOf(pipeline), { ...pipeline, executions: number })
  newestExecutions.put(tx, [...keyOf(pipeline), -number], id)
  const execution = putExecution(tx, {
    account: pipeline.account,
    region: pipeline.region,
    pipeline: pipeline.name,
    id,
    version: pipeline.version,
    number,
    status: 'InProgress',
    trigger: start.trigger,
    started: now,
    updated: now,
    attempt: 1,
    cause: because(start.cause, { kind: 'execution', id: `${pipeline.arn}:${id}`, name: pipeline.name }),
    stage: 0,
    inputs: start.inputs ?? {},
    variables: {},
    artifacts: {},
    revisions: [],
    overrides: start.overrides ?? [],
    succeeded: [],
  })
  pipelineEvent(tx, env, execution, 'STARTED')
  arrive(tx, env, execution, 0)
  return id
}
