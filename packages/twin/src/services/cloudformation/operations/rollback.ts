import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { type Honoured, refuseOthers } from '../../../engine/index.ts'
import { operation, type Principal } from '../../../gate/index.ts'
import { continueRollback, operationWork } from '../run/index.ts'
import { validationError } from '../template/index.ts'
import { actorOf, living, passRoleDemands, stackDemand } from './request.ts'

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html */
export const cancelUpdateStack = operation<typeof cloudformation, 'CancelUpdateStack'>({
  authorize: (input, context) => [stackDemand('CancelUpdateStack', input.StackName, context)],
  run(input, { tx, call, env }) {
    const stack = living(tx, call, input.StackName)
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
      throw validationError('CancelUpdateStack cannot be called from current stack status')
    }
    env.works.signal(tx, operationWork(stack.uuid), { name: 'cancel' })
    return {}
  },
})

const honoured: Honoured = { StackName: true, RoleARN: true, ResourcesToSkip: true, ClientRequestToken: true }

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html */
export const continueUpdateRollback = operation<typeof cloudformation, 'ContinueUpdateRollback', Principal>({
  authorize(input, context) {
    refuseOthers(input, honoured, 'ContinueUpdateRollback')
    const demand = stackDemand('ContinueUpdateRollback', input.StackName, context, {
      'cloudformation:RoleArn': input.RoleARN,
    })
    return [demand, ...passRoleDemands(input.RoleARN, context.call)]
  },
  async stage(input, { read, call, env }) {
    const stack = living(read, call, input.StackName)
    return actorOf(input.RoleARN ?? stack.roleArn, { call, env }, stack)
  },
  run(input, { tx, call, env }, actor) {
    const stack = living(tx, call, input.StackName)
    const begun =
      stack.status === 'UPDATE_ROLLBACK_FAILED'
        ? continueRollback({ tx, env, actor, cause: call.cause, at: call.now }, stack, input.ResourcesToSkip ?? [])
        : undefined
    if (begun !== undefined) return {}
    throw validationError(
      `Stack:${stack.id} is in ${stack.status} state and can not be continued to roll back; it must be in UPDATE_ROLLBACK_FAILED state`,
    )
  },
})
