import { CodePipelineClient, GetPipelineStateCommand, type StageState } from '@aws-sdk/client-codepipeline'
import { type Connection, client } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import { reasonIn } from './reason.ts'
import { executions } from './watch.ts'

const newest = 10

/** Where the line stands: its stages in a row, each action of each stage, and the newest executions. */
export async function status(connection: Connection, pipeline: string, report: Report): Promise<void> {
  // Before the stages: what has ended here has ended there too.
  const all = await executions(connection, pipeline)
  const { stageStates = [] } = await client(CodePipelineClient, connection).send(
    new GetPipelineStateCommand({ name: pipeline }),
  )
  report({
    type: 'line',
    pipeline,
    stages: stageStates.map(stage => ({ name: stage.stageName ?? '', status: statusOf(stage) })),
  })
  report({
    type: 'table',
    columns: ['stage', 'action', 'status', 'since', 'says'],
    rows: stageStates.flatMap(({ stageName, actionStates = [] }) =>
      actionStates.map(({ actionName, latestExecution: latest }) => [
        stageName ?? '',
        actionName ?? '',
        latest?.token !== undefined && latest.status === 'InProgress' ? 'waits' : (latest?.status ?? 'not run yet'),
        timeOf(latest?.lastStatusChange),
        reasonIn(latest?.errorDetails?.message ?? latest?.summary ?? '').trim(),
      ]),
    ),
  })
  report({
    type: 'table',
    title: all.length > newest ? `the newest ${newest} of ${all.length} executions` : 'executions',
    columns: ['execution', 'status', 'at', 'started by'],
    rows: all
      .slice(0, newest)
      .map(execution => [
        execution.pipelineExecutionId ?? '',
        execution.status ?? '',
        timeOf(execution.startTime),
        [execution.trigger?.triggerType, execution.trigger?.triggerDetail].filter(Boolean).join(' '),
      ]),
  })
}

const statusOf = ({ latestExecution, actionStates = [] }: StageState): string =>
  latestExecution?.status ??
  (actionStates.some(action => action.latestExecution !== undefined) ? 'InProgress' : 'not run yet')

const timeOf = (date: Date | undefined): string => date?.toISOString().replace('T', ' ').slice(0, 19) ?? ''
