import type * as cloudformation from '@aws-sdk/client-cloudformation'
import type { Stack as Described, StackSummary } from '@aws-sdk/client-cloudformation'
import type { Call, Context } from '../../../gate/index.ts'
import { operation } from '../../../gate/index.ts'
import { findStack, type Stack, stacks } from '../model/index.ts'
import type { Compiler } from '../plan/index.ts'
import { isNoEcho } from '../template/index.ts'
import { existing, page, stackDemand } from './request.ts'

/** How long an answer is held back while the stack is in progress: SDK waiters ask again only after 30 seconds. */
const patience = 1000
const glance = 20

const isMoving = (stack: Stack | undefined) => stack !== undefined && /(?<!REVIEW)_IN_PROGRESS$/.test(stack.status)

async function comeToRest({ read, call, env }: Context, nameOrId: string | undefined) {
  if (nameOrId === undefined) return
  for (let waited = 0; waited < patience; waited += glance) {
    if (!isMoving(findStack(read, call.account, call.region, nameOrId))) return
    await new Promise<void>(resolve => void env.clock.after(glance, resolve))
  }
}

/** Values of NoEcho parameters are never shown. */
export function shownParameters(compiler: Compiler, template: string, parameters: Record<string, string>) {
  const declared = template === '' ? {} : compiler.template(template).parameters
  return Object.entries(parameters).map(([key, value]) => ({
    ParameterKey: key,
    ParameterValue: isNoEcho(declared[key]) ? '****' : value,
  }))
}

export const shownTags = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const date = (at: number | undefined) => (at === undefined ? undefined : new Date(at))

const described = (compiler: Compiler, stack: Stack): Described => ({
  StackId: stack.id,
  StackName: stack.name,
  ChangeSetId: stack.changeSetId,
  Description: stack.description,
  Parameters: shownParameters(compiler, stack.template, stack.parameters),
  CreationTime: new Date(stack.created),
  DeletionTime: date(stack.deleted),
  LastUpdatedTime: date(stack.updated),
  RollbackConfiguration: {},
  StackStatus: stack.status,
  StackStatusReason: stack.reason,
  DisableRollback: stack.disableRollback,
  NotificationARNs: stack.notificationArns,
  TimeoutInMinutes: stack.timeoutMinutes,
  Capabilities: stack.capabilities as Described['Capabilities'],
  Outputs: stack.outputs.map(output => ({
    OutputKey: output.key,
    OutputValue: output.value,
    Description: output.description,
    ExportName: output.exportName,
  })),
  RoleARN: stack.roleArn,
  Tags: shownTags(stack.tags),
  EnableTerminationProtection: stack.terminationProtection,
  RetainExceptOnCreate: stack.retainExceptOnCreate,
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
})

const newestFirst = (read: Context['read'], call: Call) =>
  [...stacks.list(read, call.account, call.region)].sort((a, b) => b.created - a.created)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const describeStacks = (compiler: Compiler) =>
  operation<typeof cloudformation, 'DescribeStacks', void>({
    authorize: (input, context) => [stackDemand('DescribeStacks', input.StackName, context)],
    stage: (input, context) => comeToRest(context, input.StackName),
    run(input, { tx, call }) {
      if (input.StackName !== undefined) return { Stacks: [described(compiler, existing(tx, call, input.StackName))] }
      const living = newestFirst(tx, call).filter(({ status }) => status !== 'DELETE_COMPLETE')
      const { items, next } = page(living, input.NextToken)
      return { Stacks: items.map(stack => described(compiler, stack)), NextToken: next }
    },
  })

const summary = (stack: Stack): StackSummary => ({
  StackId: stack.id,
  StackName: stack.name,
  TemplateDescription: stack.description,
  CreationTime: new Date(stack.created),
  LastUpdatedTime: date(stack.updated),
  DeletionTime: date(stack.deleted),
  StackStatus: stack.status,
  StackStatusReason: stack.reason,
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html */
export const listStacks = operation<typeof cloudformation, 'ListStacks'>({
  authorize: () => [{ action: 'cloudformation:ListStacks', resource: '*' }],
  run(input, { tx, call }) {
    const wanted = input.StackStatusFilter ?? []
    const found = newestFirst(tx, call).filter(({ status }) => wanted.length === 0 || wanted.includes(status))
    const { items, next } = page(found, input.NextToken)
    return { StackSummaries: items.map(summary), NextToken: next }
  },
})
