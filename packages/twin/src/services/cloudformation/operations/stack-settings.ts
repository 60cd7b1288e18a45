import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { refuseOthers } from '../../../engine/index.ts'
import { operation } from '../../../gate/index.ts'
import { putStack } from '../model/index.ts'
import { validationError } from '../template/index.ts'
import { existing, living, stackDemand } from './request.ts'

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetStackPolicy.html */
export const setStackPolicy = operation<typeof cloudformation, 'SetStackPolicy'>({
  authorize(input, context) {
    refuseOthers(input, { StackName: true, StackPolicyBody: true }, 'SetStackPolicy')
    return [stackDemand('SetStackPolicy', input.StackName, context)]
  },
  run(input, { tx, call }) {
    const stack = living(tx, call, input.StackName)
    const policy = input.StackPolicyBody
    if (policy === undefined) throw validationError('You must specify either StackPolicyBody or StackPolicyURL')
    try {
      JSON.parse(policy)
    } catch {
      throw validationError('Error validating stack policy: Invalid stack policy')
    }
    putStack(tx, { ...stack, policy })
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetStackPolicy.html */
export const getStackPolicy = operation<typeof cloudformation, 'GetStackPolicy'>({
  authorize: (input, context) => [stackDemand('GetStackPolicy', input.StackName, context)],
  run: (input, { tx, call }) => ({ StackPolicyBody: existing(tx, call, input.StackName).policy }),
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html */
export const updateTerminationProtection = operation<typeof cloudformation, 'UpdateTerminationProtection'>({
  authorize: (input, context) => [stackDemand('UpdateTerminationProtection', input.StackName, context)],
  run(input, { tx, call }) {
    const stack = living(tx, call, input.StackName)
    putStack(tx, { ...stack, terminationProtection: input.EnableTerminationProtection ?? false })
    return { StackId: stack.id }
  },
})
