import type * as cloudformation from '@aws-sdk/client-cloudformation'
import type { ResourceChange } from '@aws-sdk/client-cloudformation'
import { operation } from '../../../gate/index.ts'
import { changeSets, stackKey } from '../model/index.ts'
import type { Compiler } from '../plan/index.ts'
import { validationError } from '../template/index.ts'
import { changeSetDemand, changeSetOf } from './change-set-of.ts'
import { shownParameters, shownTags } from './describe-stacks.ts'
import { noSuchChangeSet, wrongChangeSetStatus } from './errors.ts'
import { existing, page, stackDemand } from './request.ts'

/** Values are shown to those who ask for them. */
const withoutValues = ({ BeforeContext: _, AfterContext: __, ...change }: ResourceChange): ResourceChange => ({
  ...change,
  Details: change.Details?.map(detail => {
    const {
      Path: _path,
      BeforeValue: _before,
      AfterValue: _after,
      AttributeChangeType: _type,
      ...target
    } = detail.Target ?? {}
    return { ...detail, Target: target }
  }),
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
export const describeChangeSet = (compiler: Compiler) =>
  operation<typeof cloudformation, 'DescribeChangeSet'>({
    authorize: (input, context) => [changeSetDemand('DescribeChangeSet', input, context)],
    run(input, { tx, call }) {
      const found = changeSetOf(tx, call, input.ChangeSetName ?? '', input.StackName)
      if (found === undefined) throw noSuchChangeSet(input.ChangeSetName ?? '')
      const { changeSet, stack } = found
      const { items, next } = page(changeSet.changes, input.NextToken)
      return {
        ChangeSetName: changeSet.name,
        ChangeSetId: changeSet.id,
        StackId: stack.id,
        StackName: stack.name,
        Description: changeSet.description,
        Parameters: shownParameters(compiler, changeSet.template, changeSet.parameters),
        CreationTime: new Date(changeSet.created),
        ExecutionStatus: changeSet.execution,
        Status: changeSet.status,
        StatusReason: changeSet.reason,
        NotificationARNs: changeSet.notificationArns,
        RollbackConfiguration: {},
        Capabilities: changeSet.capabilities as cloudformation.Capability[],
        Tags: shownTags(changeSet.tags),
        Changes: items.map(change => ({
          Type: 'Resource' as const,
          ResourceChange: input.IncludePropertyValues ? change : withoutValues(change),
        })),
        IncludeNestedStacks: false,
        OnStackFailure: changeSet.onFailure,
        NextToken: next,
      }
    },
  })

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html */
export const listChangeSets = operation<typeof cloudformation, 'ListChangeSets'>({
  authorize: (input, context) => [stackDemand('ListChangeSets', input.StackName, context)],
  run(input, { tx, call }) {
    const stack = existing(tx, call, input.StackName)
    const { items, next } = page([...changeSets.list(tx, ...stackKey(stack))], input.NextToken)
    return {
      Summaries: items.map(changeSet => ({
        StackId: stack.id,
        StackName: stack.name,
        ChangeSetId: changeSet.id,
        ChangeSetName: changeSet.name,
        ExecutionStatus: changeSet.execution,
        Status: changeSet.status,
        StatusReason: changeSet.reason,
        CreationTime: new Date(changeSet.created),
        Description: changeSet.description,
        IncludeNestedStacks: false,
      })),
      NextToken: next,
    }
  },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html */
export const deleteChangeSet = operation<typeof cloudformation, 'DeleteChangeSet'>({
  authorize: (input, context) => [changeSetDemand('DeleteChangeSet', input, context)],
  run(input, { tx, call }) {
    if (input.ChangeSetName === undefined) throw validationError('ChangeSetName must be specified.')
    const found = changeSetOf(tx, call, input.ChangeSetName, input.StackName)
    // One that is not there is deleted already.
    if (found === undefined) return {}
    const { changeSet, stack } = found
    if (changeSet.execution === 'EXECUTE_IN_PROGRESS') {
      throw wrongChangeSetStatus(
        `ChangeSet [${changeSet.id}] cannot be deleted in its current status [${changeSet.execution}]`,
      )
    }
    changeSets.delete(tx, ...stackKey(stack), changeSet.name)
    return {}
  },
})
