import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { operation } from '../../../gate/index.ts'
import { resourcesOf, type Stack, type StackResource, stackKey, stackResources, stacks } from '../model/index.ts'
import { validationError } from '../template/index.ts'
import { existing, page, stackDemand } from './request.ts'

const drift = { StackResourceDriftStatus: 'NOT_CHECKED' } as const

const common = (record: StackResource) => ({
  LogicalResourceId: record.logicalId,
  PhysicalResourceId: record.physical?.id,
  ResourceType: record.type,
  ResourceStatus: record.status,
  ResourceStatusReason: record.reason,
  DriftInformation: drift,
})

const withStack = (stack: Stack, record: StackResource) => ({
  StackId: stack.id,
  StackName: stack.name,
  ...common(record),
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html */
export const describeStackResource = operation<typeof cloudformation, 'DescribeStackResource'>({
  authorize: (input, context) => [stackDemand('DescribeStackResource', input.StackName, context)],
  run(input, { tx, call }) {
    const stack = existing(tx, call, input.StackName)
    const record = stackResources.get(tx, ...stackKey(stack), input.LogicalResourceId ?? '')
    if (record === undefined) {
      throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`)
    }
    return {
      StackResourceDetail: {
        ...withStack(stack, record),
        LastUpdatedTimestamp: new Date(record.updated),
        Metadata: record.metadata === undefined ? undefined : JSON.stringify(record.metadata),
      },
    }
  },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
export const describeStackResources = operation<typeof cloudformation, 'DescribeStackResources'>({
  authorize: (input, context) => [stackDemand('DescribeStackResources', input.StackName, context)],
  run(input, { tx, call }) {
    const owner =
      input.StackName === undefined
        ? ownerOf(input.PhysicalResourceId ?? '', [...stacks.list(tx, call.account, call.region)], tx)
        : undefined
    const stack = owner ?? existing(tx, call, input.StackName)
    const found = resourcesOf(tx, stack).filter(
      ({ logicalId }) => input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
    )
    return {
      StackResources: found.map(record => ({ ...withStack(stack, record), Timestamp: new Date(record.updated) })),
    }
  },
})

function ownerOf(physicalId: string, all: Stack[], read: Parameters<typeof resourcesOf>[0]): Stack {
  const living = all.filter(({ status }) => status !== 'DELETE_COMPLETE')
  const stack = living.find(one => resourcesOf(read, one).some(({ physical }) => physical?.id === physicalId))
  if (stack === undefined) throw validationError(`Stack for ${physicalId} does not exist`)
  return stack
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html */
export const listStackResources = operation<typeof cloudformation, 'ListStackResources'>({
  authorize: (input, context) => [stackDemand('ListStackResources', input.StackName, context)],
  run(input, { tx, call }) {
    const stack = existing(tx, call, input.StackName)
    const { items, next } = page(resourcesOf(tx, stack), input.NextToken)
    return {
      StackResourceSummaries: items.map(record => ({
        ...common(record),
        LastUpdatedTimestamp: new Date(record.updated),
      })),
      NextToken: next,
    }
  },
})
