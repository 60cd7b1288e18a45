import { CodePipelineClient, RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline'
import { client, sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { actionsOf, executions } from '../../../packages/cli/src/line/watch.ts'
import type { Line } from '../line.ts'

interface Reached {
  status: string
  message: string
}

const ended = (status: string) => status !== 'InProgress'

const triesOf = async (line: Line, id: string, step: string) =>
  (await actionsOf(line.account('shared'), line.definition.name, id)).filter(
    ({ stageName, actionName }) => `${stageName}/${actionName}` === step,
  )

/** Waits until the step, tried once more than `before` times, is as it is wanted: by default, until it has ended. */
export async function stepReaches(
  line: Line,
  id: string,
  step: string,
  wanted: (status: string) => boolean = ended,
  before = 0,
): Promise<Reached> {
  for (;;) {
    const tries = await triesOf(line, id, step)
    const { status = '', output } = tries[before] ?? {}
    const message = output?.executionResult?.errorDetails?.message ?? ''
    if (wanted(status) && status !== '') return { status, message }
    const known = (await executions(line.account('shared'), line.definition.name)).find(
      ({ pipelineExecutionId }) => pipelineExecutionId === id,
    )
    if (known?.status !== 'InProgress' && (await triesOf(line, id, step)).length <= before)
      throw new Error(`the execution is ${known?.status} and never came to ${step}`)
    await sleep(line.cloud.pace)
  }
}

/** Retries the stage of a step that failed; how the step ended this time. */
export async function retried(line: Line, id: string, step: string): Promise<Reached> {
  const before = (await triesOf(line, id, step)).length
  await client(CodePipelineClient, line.account('shared')).send(
    new RetryStageExecutionCommand({
      pipelineName: line.definition.name,
      stageName: step.split('/')[0],
      pipelineExecutionId: id,
      retryMode: 'FAILED_ACTIONS',
    }),
  )
  return stepReaches(line, id, step, ended, before)
}
