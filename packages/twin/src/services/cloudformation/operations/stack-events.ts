import type * as cloudformation from '@aws-sdk/client-cloudformation'
import type { ResourceStatus } from '@aws-sdk/client-cloudformation'
import { operation } from '../../../gate/index.ts'
import { stackEvents, stackKey } from '../model/index.ts'
import { validationError } from '../template/index.ts'
import { existing, stackDemand } from './request.ts'

const size = 100

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html */
export const describeStackEvents = operation<typeof cloudformation, 'DescribeStackEvents'>({
  authorize: (input, context) => [stackDemand('DescribeStackEvents', input.StackName, context)],
  run(input, { tx, call }) {
    const stack = existing(tx, call, input.StackName)
    const all = [...stackEvents.entries(tx, stackKey(stack))].map(([key, event]) => ({
      number: Number(key.at(-1)),
      event,
    }))
    // The token is an event's number, so that what is added meanwhile shifts no page.
    const below = input.NextToken === undefined ? Number.POSITIVE_INFINITY : Number(input.NextToken)
    if (Number.isNaN(below)) throw validationError('NextToken is invalid')
    const left = all.reverse().filter(({ number }) => number < below)
    const shown = left.slice(0, size)
    return {
      StackEvents: shown.map(({ event }) => ({
        StackId: stack.id,
        StackName: stack.name,
        EventId: event.id,
        LogicalResourceId: event.logicalId,
        PhysicalResourceId: event.physicalId,
        ResourceType: event.type,
        ResourceStatus: event.status as ResourceStatus,
        ResourceStatusReason: event.reason,
        ResourceProperties: event.properties,
        Timestamp: new Date(event.at),
        ClientRequestToken: event.token,
      })),
      NextToken: left.length > size ? String(shown.at(-1)?.number) : undefined,
    }
  },
})
