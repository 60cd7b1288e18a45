import type { StackEvent } from '@aws-sdk/client-cloudformation'
import { isAwsError } from '../../../engine/index.ts'
import type { ActionIo, Failed } from './action-kind.ts'
import { denied, failed } from './failure.ts'

const itself = ({ PhysicalResourceId, StackId }: StackEvent) => PhysicalResourceId === StackId

const begins = (event: StackEvent) =>
  itself(event) && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(event.ResourceStatus ?? '')

/** Newest first, back to where the last operation began. */
async function lastOperation(io: ActionIo, id: string): Promise<StackEvent[]> {
  const events: StackEvent[] = []
  let NextToken: string | undefined
  do {
    const input = { StackName: id, ...(NextToken === undefined ? {} : { NextToken }) }
    const page = await io.call('cloudformation', 'DescribeStackEvents', input)
    for (const event of page.StackEvents ?? []) {
      events.push(event)
      if (begins(event)) return events
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return events
}

const UNSEEN =
  'Status reason is not available because IAM role associated with the action does not have CloudFormation DescribeStackEvents permission'

async function reasonOf(io: ActionIo, id: string): Promise<string> {
  try {
    const broken = (await lastOperation(io, id)).findLast(
      event => !itself(event) && /_FAILED$/.test(event.ResourceStatus ?? ''),
    )
    if (broken === undefined) return 'Reason: No reason was provided.'
    return `Reason: ${broken.LogicalResourceId} ${broken.ResourceStatus}: ${broken.ResourceStatusReason}`
  } catch (error) {
    if (isAwsError(error) && denied(error)) return UNSEEN
    throw error
  }
}

const operationOf = (status: string): string =>
  /^(ROLLBACK|CREATE)/.test(status) ? 'create' : status.startsWith('DELETE') ? 'delete' : 'update'

/**
 * The action's role is asked to look at the stack's events, and where it may, the resource that failed first is named:
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html. The sentence without it is
 * quoted in https://github.com/aws/aws-cdk/pull/29534.
 */
export async function stackFailure(io: ActionIo, id: string, status: string): Promise<Failed> {
  const what =
    io.configuration.ActionMode === 'CHANGE_SET_EXECUTE'
      ? `Failed to execute change set. Current stack status: ${status}.`
      : `Failed to ${operationOf(status)} stack. Current status: ${status}.`
  return failed('JobFailed', `${what} ${await reasonOf(io, id)}`)
}
