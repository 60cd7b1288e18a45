import type * as codepipeline from '@aws-sdk/client-codepipeline'
import type { ExecutionTrigger, PipelineDeclaration, PipelineVariable } from '@aws-sdk/client-codepipeline'
import { type Tx, table } from '../../../engine/index.ts'
import { type Call, type Env, operation } from '../../../gate/index.ts'
import { duplicatedStop, executionNotStoppable, validation } from '../model/errors.ts'
import { pipelineEvent } from '../model/event.ts'
import {
  actionKey,
  actionsOfExecution,
  type Execution,
  executionOf,
  pipelineKey,
  putExecution,
} from '../model/execution.ts'
import { demand, keyOf, pipelineOf } from '../model/pipeline.ts'
import { putStage, stageRecord } from '../model/stage.ts'
import { end } from '../run/advance.ts'
import { settle } from '../run/settle.ts'
import { actionWorkId } from '../run/start-action.ts'
import { startExecution } from '../run/start-execution.ts'

const requests = table<string>('codepipeline/request') // [account, region, pipeline, client token] → execution

/** Started by a rule: EventBridge's role calls, and the rule is the last that led to it. */
const triggerOf = ({ principal, cause }: Call): ExecutionTrigger => {
  const last = cause.at(-1)
  return principal.type === 'assumed-role' && last?.kind === 'event'
    ? { triggerType: 'CloudWatchEvent', triggerDetail: last.id }
    : { triggerType: 'StartPipelineExecution', triggerDetail: principal.arn }
}

function inputsOf({ variables = [] }: PipelineDeclaration, given: PipelineVariable[]): Record<string, string> {
  const unknown = given.find(({ name }) => !variables.some(variable => variable.name === name))
  if (unknown !== undefined) throw validation(`Pipeline variable ${unknown.name} is not declared`)
  return Object.fromEntries(
    variables.map(({ name = '', defaultValue }) => {
      const value = given.find(variable => variable.name === name)?.value ?? defaultValue
      if (value === undefined) throw validation(`Pipeline variable ${name} has no value and no default value`)
      return [name, value]
    }),
  )
}

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html */
export const startPipelineExecution = operation<typeof codepipeline, 'StartPipelineExecution'>({
  authorize: ({ name }, { read, call }) => [demand(read, call, 'StartPipelineExecution', [name])],
  run({ name, variables = [], clientRequestToken: token, sourceRevisions: overrides = [] }, { tx, call, env }) {
    const pipeline = pipelineOf(tx, call, name)
    const known = token === undefined ? undefined : requests.get(tx, ...keyOf(pipeline), token)
    if (known !== undefined) return { pipelineExecutionId: known }
    const inputs = inputsOf(pipeline.declaration, variables)
    const id = startExecution(tx, env, pipeline, { trigger: triggerOf(call), cause: call.cause, inputs, overrides })
    if (token !== undefined) requests.put(tx, [...keyOf(pipeline), token], id)
    return { pipelineExecutionId: id }
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StopPipelineExecution.html */
export const stopPipelineExecution = operation<typeof codepipeline, 'StopPipelineExecution'>({
  authorize: ({ pipelineName }, { read, call }) => [demand(read, call, 'StopPipelineExecution', [pipelineName])],
  run({ pipelineName, pipelineExecutionId, abandon = false, reason }, { tx, call, env }) {
    const execution = executionOf(tx, pipelineOf(tx, call, pipelineName), pipelineExecutionId)
    if (execution.status === 'Stopping' && !abandon) throw duplicatedStop(execution.id)
    if (execution.status !== 'InProgress' && execution.status !== 'Stopping')
      throw executionNotStoppable(execution.id, execution.status)
    const stopping = putExecution(tx, {
      ...execution,
      status: 'Stopping',
      updated: call.now,
      ...(reason === undefined ? {} : { stopTrigger: reason }),
    })
    pipelineEvent(tx, env, stopping, 'STOPPING')
    stop(tx, env, stopping, abandon)
    return { pipelineExecutionId: execution.id }
  },
})

/** Actions in progress end by themselves, or are abandoned; what they started elsewhere goes on either way, as on AWS. */
function stop(tx: Tx, env: Env, execution: Execution, abandon: boolean): void {
  const going = actionsOfExecution(tx, execution).filter(({ status }) => status === 'InProgress')
  if (!abandon && going.length > 0) {
    const stage = going[0]?.stage ?? ''
    const record = stageRecord(tx, pipelineKey(execution), stage)
    putStage(tx, execution, stage, { ...record, latest: { execution: execution.id, status: 'Stopping' } })
    return
  }
  for (const action of going) {
    settle(tx, env, actionKey(action), 'abandoned')
    env.works.signal(tx, actionWorkId(action.id), { name: 'stop' })
  }
  end(tx, env, execution, 'Stopped')
}
