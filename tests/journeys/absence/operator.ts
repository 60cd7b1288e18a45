import { CloudFormationClient, ContinueUpdateRollbackCommand } from '@aws-sdk/client-cloudformation'
import { namesOf, type TrainNames } from '@tripoint/pipeline'
import { client, sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { deleteStack, describeStack } from '../../../packages/cli/src/line/stack.ts'
import type { Line } from '../line.ts'

/**
 * What an operator does about a workflow's stack before the stage is retried: one that was never complete can only be
 * deleted, and a rollback that failed has to be continued.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
 */
export async function clearAway(line: Line): Promise<void> {
  const connection = line.account('training')
  const { workflowStack, cloudformationRole } = namesOf(line.definition).stages.Train as TrainNames
  const StackName = workflowStack.name
  const status = async () => (await describeStack(connection, StackName))?.StackStatus
  const before = await status()
  if (before === 'ROLLBACK_COMPLETE' || before === 'ROLLBACK_FAILED') {
    await deleteStack(connection, StackName, { pace: line.cloud.pace, report: () => {}, role: cloudformationRole.arn })
  }
  if (before === 'UPDATE_ROLLBACK_FAILED') {
    await client(CloudFormationClient, connection).send(
      new ContinueUpdateRollbackCommand({ StackName, RoleARN: cloudformationRole.arn }),
    )
    while ((await status()) !== 'UPDATE_ROLLBACK_COMPLETE') await sleep(line.cloud.pace)
  }
}
