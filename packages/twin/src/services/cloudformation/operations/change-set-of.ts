import type { Reader } from '../../../engine/index.ts'
import type { Call, Context, Demand } from '../../../gate/index.ts'
import { type ChangeSet, changeSets, findStack, isStackArn, type Stack, stackKey } from '../model/index.ts'
import { validationError } from '../template/index.ts'
import { noStackToChange } from './errors.ts'
import { stackDemand } from './request.ts'

export interface Found {
  stack: Stack
  changeSet: ChangeSet
}

/** By ARN, or by name and stack. */
export function changeSetOf(
  read: Reader,
  call: Call,
  nameOrId: string,
  stackName: string | undefined,
): Found | undefined {
  if (isStackArn(nameOrId)) {
    for (const [key, changeSet] of changeSets.entries(read, [call.account, call.region])) {
      if (changeSet.id !== nameOrId) continue
      const stack = findStack(read, call.account, call.region, changeSet.stackId)
      if (stack !== undefined && key[2] === stack.uuid) return { stack, changeSet }
    }
    return undefined
  }
  if (stackName === undefined)
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.')
  const stack = findStack(read, call.account, call.region, stackName)
  if (stack === undefined) throw noStackToChange(stackName)
  const changeSet = changeSets.get(read, ...stackKey(stack), nameOrId)
  return changeSet === undefined ? undefined : { stack, changeSet }
}

/** An operation on a change set is authorised on its stack, with the change set's name as a condition key. */
export function changeSetDemand(
  action: string,
  input: { ChangeSetName?: string | undefined; StackName?: string | undefined },
  context: Context,
): Demand {
  const { ChangeSetName: name = '', StackName: stackName } = input
  const byId = isStackArn(name) ? changeSetOf(context.read, context.call, name, undefined) : undefined
  return stackDemand(action, stackName ?? byId?.stack.id, context, {
    'cloudformation:ChangeSetName': isStackArn(name) ? name.split('/')[1] : name,
  })
}
