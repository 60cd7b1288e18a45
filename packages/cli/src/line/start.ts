import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline'
import { type Connection, client, sleep } from '../cloud/cloud.ts'
import { Failure } from '../report/failure.ts'
import { executions } from './watch.ts'

export async function start(connection: Connection, pipeline: string): Promise<string> {
  const { pipelineExecutionId = '' } = await client(CodePipelineClient, connection).send(
    new StartPipelineExecutionCommand({ name: pipeline }),
  )
  return pipelineExecutionId
}

/** The execution that something else starts: the first that is not among `known`. */
export async function nextExecution(
  connection: Connection,
  pipeline: string,
  known: ReadonlySet<string>,
  { pace, seconds, signal }: { pace: number; seconds: number; signal?: AbortSignal },
): Promise<{ id: string; trigger: string }> {
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    const fresh = (await executions(connection, pipeline)).find(
      ({ pipelineExecutionId = '' }) => !known.has(pipelineExecutionId),
    )
    if (fresh?.pipelineExecutionId !== undefined) {
      return {
        id: fresh.pipelineExecutionId,
        trigger: `${fresh.trigger?.triggerType ?? ''} ${fresh.trigger?.triggerDetail ?? ''}`.trim(),
      }
    }
    await sleep(pace, signal)
  }
  throw new Failure(
    `nothing started ${pipeline} within ${seconds} s`,
    'see whether the rule that starts it exists and its role may: tripoint access --hop trigger',
  )
}
