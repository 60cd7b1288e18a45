import { CodePipelineClient, RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline'
import definition from '../../../examples/churn/tripoint.config.ts'
import { type Connection, client, sleep } from '../../../packages/cli/src/cloud/cloud.ts'

/** Until the twin can write again. */
export async function patiently<T>(task: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await task()
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ServiceUnavailable')) throw error
      await sleep(100)
    }
  }
}

export const retryStage = (connection: Connection, pipelineExecutionId: string, stageName: string): Promise<unknown> =>
  client(CodePipelineClient, connection).send(
    new RetryStageExecutionCommand({
      pipelineName: definition.name,
      stageName,
      pipelineExecutionId,
      retryMode: 'FAILED_ACTIONS',
    }),
  )
