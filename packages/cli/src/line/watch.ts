import {
  type ActionExecutionDetail,
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
} from '@aws-sdk/client-codepipeline'
import { type Connection, client, sleep } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import { reasonIn } from './reason.ts'

export interface Watched {
  status: string
  /** The first action that failed, and AWS's words. */
  failed?: { stage: string; action: string; code: string; message: string }
}

export interface WatchOptions {
  pace: number
  report: Report
  signal?: AbortSignal
  /** It was watched before: what ended then is no news. */
  resumed?: boolean
  /** Called once for each approval that waits. */
  onApproval?(stage: string, action: string): Promise<void>
  /** Called when an action ends. */
  onAction?(action: ActionExecutionDetail): Promise<void>
}

/** Newest first. */
export async function executions(connection: Connection, pipeline: string): Promise<PipelineExecutionSummary[]> {
  const { pipelineExecutionSummaries = [] } = await client(CodePipelineClient, connection).send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline, maxResults: 100 }),
  )
  return pipelineExecutionSummaries
}

export async function actionsOf(
  connection: Connection,
  pipeline: string,
  execution: string,
): Promise<ActionExecutionDetail[]> {
  const { actionExecutionDetails = [] } = await client(CodePipelineClient, connection).send(
    new ListActionExecutionsCommand({ pipelineName: pipeline, filter: { pipelineExecutionId: execution } }),
  )
  // AWS lists the newest first.
  return actionExecutionDetails.toSorted((a, b) => Number(a.startTime) - Number(b.startTime))
}

const ended = new Set(['Succeeded', 'Failed', 'Stopped', 'Superseded', 'Cancelled'])

/** Follows one execution to its end, reporting each change once. */
export async function watch(
  connection: Connection,
  pipeline: string,
  execution: string,
  options: WatchOptions,
): Promise<Watched> {
  const codepipeline = client(CodePipelineClient, connection)
  const seen = new Map<string, string>()
  if (options.resumed === true) {
    for (const { actionExecutionId = '', status = '' } of await actionsOf(connection, pipeline, execution)) {
      if (status !== 'InProgress') seen.set(actionExecutionId, status)
    }
  }
  const asked = new Set<string>()
  for (;;) {
    const { pipelineExecution } = await codepipeline.send(
      new GetPipelineExecutionCommand({ pipelineName: pipeline, pipelineExecutionId: execution }),
    )
    const actions = await actionsOf(connection, pipeline, execution)
    for (const action of actions) {
      const id = action.actionExecutionId ?? ''
      const status = action.status ?? ''
      if (seen.get(id) === status) continue
      seen.set(id, status)
      reportAction(options.report, action)
      if (status !== 'InProgress') await options.onAction?.(action)
    }
    for (const action of actions) {
      const id = action.actionExecutionId ?? ''
      if (action.status !== 'InProgress' || asked.has(id) || action.input?.actionTypeId?.category !== 'Approval')
        continue
      asked.add(id)
      await options.onApproval?.(action.stageName ?? '', action.actionName ?? '')
    }
    const status = pipelineExecution?.status ?? 'Unknown'
    if (ended.has(status)) {
      options.report({ type: 'execution', pipeline, id: execution, status })
      const failed = actions.find(action => action.status === 'Failed' && !retried(actions, action))
      return { status, ...(failed === undefined ? {} : { failed: failureOf(failed) }) }
    }
    await sleep(options.pace, options.signal)
  }
}

const retried = (actions: readonly ActionExecutionDetail[], action: ActionExecutionDetail) =>
  actions.some(
    other =>
      other.stageName === action.stageName &&
      other.actionName === action.actionName &&
      Number(other.startTime) > Number(action.startTime),
  )

const failureOf = (action: ActionExecutionDetail) => ({
  stage: action.stageName ?? '',
  action: action.actionName ?? '',
  code: action.output?.executionResult?.errorDetails?.code ?? '',
  message: reasonIn(
    action.output?.executionResult?.errorDetails?.message ??
      action.output?.executionResult?.externalExecutionSummary ??
      '',
  ),
})

function reportAction(report: Report, action: ActionExecutionDetail) {
  const { code, message } = failureOf(action)
  const summary = action.output?.executionResult?.externalExecutionSummary?.trim() || undefined
  const seconds =
    action.status === 'InProgress' ? undefined : (Number(action.lastUpdateTime) - Number(action.startTime)) / 1000
  report({
    type: 'action',
    stage: action.stageName ?? '',
    action: action.actionName ?? '',
    status: action.status ?? '',
    ...(summary === undefined || action.status === 'Failed' ? {} : { summary }),
    ...(action.status === 'Failed' ? { error: code === '' ? message : `${code}: ${message}` } : {}),
    ...(seconds === undefined ? {} : { seconds }),
  })
}
