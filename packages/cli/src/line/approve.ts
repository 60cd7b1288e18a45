import { CodePipelineClient, GetPipelineStateCommand, PutApprovalResultCommand } from '@aws-sdk/client-codepipeline'
import { type Connection, client } from '../cloud/cloud.ts'
import { Failure } from '../report/failure.ts'

export interface Answer {
  stage?: string
  approve: boolean
  summary: string
}

/** Answers the approval that waits. Throws Failure when none does. */
export async function answerApproval(
  connection: Connection,
  pipeline: string,
  answer: Answer,
): Promise<{ stage: string; action: string }> {
  const codepipeline = client(CodePipelineClient, connection)
  const { stageStates = [] } = await codepipeline.send(new GetPipelineStateCommand({ name: pipeline }))
  for (const { stageName, actionStates = [] } of stageStates) {
    for (const { actionName, latestExecution } of actionStates) {
      if (latestExecution?.token === undefined || latestExecution.status !== 'InProgress') continue
      if (answer.stage !== undefined && answer.stage !== stageName) continue
      await codepipeline.send(
        new PutApprovalResultCommand({
          pipelineName: pipeline,
          stageName,
          actionName,
          token: latestExecution.token,
          result: { status: answer.approve ? 'Approved' : 'Rejected', summary: answer.summary },
        }),
      )
      return { stage: stageName ?? '', action: actionName ?? '' }
    }
  }
  throw new Failure(`no approval of ${pipeline} waits for an answer`, 'see where the line stands: tripoint status')
}
