import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { type Honoured, refuseOthers } from '../../../engine/index.ts'
import { operation, type Principal } from '../../../gate/index.ts'
import { changeSets, checkUnused, findStack, putStack, resourcesOf, type Stack, stackKey } from '../model/index.ts'
import { beginDeletion, operationWork } from '../run/index.ts'
import { validationError } from '../template/index.ts'
import { actorOf, passRoleDemands, stackDemand, stackMembers } from './request.ts'

const honoured: Honoured = {
  StackName: true,
  RetainResources: true,
  RoleARN: true,
  ClientRequestToken: true,
  DeletionMode: true,
  DeploymentConfig: stackMembers.DeploymentConfig ?? true,
}

/** Deleting what is being created ends the creation; what is being updated has to come to rest first. */
const busy = /^(UPDATE|UPDATE_ROLLBACK|IMPORT)\w*_IN_PROGRESS$/

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html */
export const deleteStack = operation<typeof cloudformation, 'DeleteStack', Principal | undefined>({
  authorize(input, context) {
    refuseOthers(input, honoured, 'DeleteStack')
    const demand = stackDemand('DeleteStack', input.StackName, context, { 'cloudformation:RoleArn': input.RoleARN })
    return [demand, ...passRoleDemands(input.RoleARN, context.call)]
  },
  async stage(input, { read, call, env }) {
    const stack = findStack(read, call.account, call.region, input.StackName ?? '')
    if (stack === undefined || stack.terminationProtection) return undefined
    return actorOf(input.RoleARN ?? stack.roleArn, { call, env }, stack)
  },
  run(input, { tx, call, env }, actor) {
    const stack = findStack(tx, call.account, call.region, input.StackName ?? '')
    // A stack that is not there is deleted already.
    if (stack === undefined || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {}
    checkDeletable(stack)
    checkUnused(tx, stack)
    for (const [key] of [...changeSets.entries(tx, stackKey(stack))]) changeSets.delete(tx, ...key)
    if (stack.status === 'REVIEW_IN_PROGRESS') {
      putStack(tx, { ...stack, status: 'DELETE_COMPLETE', deleted: call.now })
      return {}
    }
    if (stack.status === 'CREATE_IN_PROGRESS') {
      env.works.signal(tx, operationWork(stack.uuid), { name: 'delete' })
      return {}
    }
    const keep = input.RetainResources ?? []
    if (input.DeletionMode === undefined || input.DeletionMode === 'STANDARD') checkKept(stack, keep)
    const forced = input.DeletionMode === 'FORCE_DELETE_STACK'
    const failed = resourcesOf(tx, stack).filter(({ status }) => status === 'DELETE_FAILED')
    const kept = forced ? [...keep, ...failed.map(({ logicalId }) => logicalId)] : keep
    const token = input.ClientRequestToken
    const marked: Stack = {
      ...stack,
      ...(token === undefined ? {} : { requestToken: token }),
      ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
    }
    beginDeletion({ tx, env, actor: actor ?? call.principal, cause: call.cause, at: call.now }, marked, kept)
    return {}
  },
})

function checkDeletable(stack: Stack) {
  if (stack.terminationProtection) {
    throw validationError(`Stack [${stack.id}] cannot be deleted while TerminationProtection is enabled`)
  }
  if (busy.test(stack.status) || stack.status === 'ROLLBACK_IN_PROGRESS') {
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`)
  }
}

function checkKept(stack: Stack, keep: readonly string[]) {
  if (keep.length > 0 && stack.status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. Specify which resources to retain only when stack is in the DELETE_FAILED state.`,
    )
  }
}
