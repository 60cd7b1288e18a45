import type * as cloudformation from '@aws-sdk/client-cloudformation'
import type { Stack as Described } from '@aws-sdk/client-cloudformation'
import { type Honoured, refuseOthers } from '../../../engine/index.ts'
import { type Call, type Env, operation, type Principal, tagsOf } from '../../../gate/index.ts'
import { findStack, type Intent, type Stack, stackArn } from '../model/index.ts'
import type { Compiler } from '../plan/index.ts'
import { beginCreate } from '../run/index.ts'
import { type Blueprint, validationError } from '../template/index.ts'
import { alreadyExists } from './errors.ts'
import {
  actorOf,
  askedContext,
  checkStackName,
  parametersOf,
  passRoleDemands,
  stackDemand,
  stackMembers,
} from './request.ts'
import { neededTemplateText } from './template-source.ts'

const honoured: Honoured = {
  ...stackMembers,
  DisableRollback: true,
  OnFailure: true,
  RetainExceptOnCreate: true,
  TimeoutInMinutes: true,
  ClientRequestToken: true,
  EnableTerminationProtection: true,
  StackPolicyBody: true,
}

export interface Staged {
  uuid: string
  id: string
  actor: Principal
  intent: Intent
  plan: Blueprint
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
export const createStack = (compiler: Compiler) =>
  operation<typeof cloudformation, 'CreateStack', Staged>({
    authorize(input, context) {
      refuseOthers(input, honoured, 'CreateStack')
      const name = checkStackName(input.StackName)
      return [
        stackDemand('CreateStack', name, context, askedContext(input)),
        ...passRoleDemands(input.RoleARN, context.call),
      ]
    },
    async stage(input, { call, env }) {
      const template = await neededTemplateText(input, { call, env })
      const uuid = env.ids.uuid()
      const name = input.StackName ?? ''
      const id = stackArn(call.account, call.region, name, uuid)
      const { intent, blueprint } = compiler.intent(
        {
          template,
          parameters: parametersOf(input.Parameters),
          tags: tagsOf(input.Tags),
          capabilities: input.Capabilities ?? [],
          notificationArns: [],
        },
        {},
        { account: call.account, region: call.region, id, name },
      )
      return { uuid, id, intent, plan: blueprint, actor: await actorOf(input.RoleARN, { call, env }, { id, name }) }
    },
    run(input, { tx, call, env }, { uuid, id, actor, intent, plan }) {
      const name = input.StackName ?? ''
      const present = findStack(tx, call.account, call.region, name)
      if (present !== undefined) {
        const repeated = input.ClientRequestToken !== undefined && present.requestToken === input.ClientRequestToken
        if (repeated) return { StackId: present.id }
        throw alreadyExists(name)
      }
      if (input.OnFailure !== undefined && input.DisableRollback !== undefined) {
        throw validationError('You can specify either DisableRollback or OnFailure, but not both.')
      }
      const stack = newStack({ call, env, uuid, id, name, intent, plan, roleArn: input.RoleARN })
      const begun = beginCreate(
        { tx, env, actor, cause: call.cause, at: call.now },
        {
          ...stack,
          disableRollback: input.DisableRollback ?? false,
          onFailure: input.OnFailure ?? 'ROLLBACK',
          retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
          terminationProtection: input.EnableTerminationProtection ?? false,
          ...(input.StackPolicyBody === undefined ? {} : { policy: input.StackPolicyBody }),
          ...(input.TimeoutInMinutes === undefined ? {} : { timeoutMinutes: input.TimeoutInMinutes }),
          ...(input.ClientRequestToken === undefined ? {} : { requestToken: input.ClientRequestToken }),
        },
        plan,
      )
      return { StackId: begun.id }
    },
  })

export function newStack(from: {
  call: Call
  env: Env
  uuid: string
  id: string
  name: string
  intent: Intent
  plan: Blueprint | undefined
  roleArn: string | undefined
}): Stack {
  const { call, intent, plan } = from
  const description = plan?.template.description
  return {
    ...intent,
    account: call.account,
    region: call.region,
    uuid: from.uuid,
    id: from.id,
    name: from.name,
    status: 'CREATE_IN_PROGRESS' satisfies Described['StackStatus'],
    created: call.now,
    ...(description === undefined ? {} : { description }),
    ...(from.roleArn === undefined ? {} : { roleArn: from.roleArn }),
    outputs: [],
    disableRollback: false,
    onFailure: 'ROLLBACK',
    retainExceptOnCreate: false,
    terminationProtection: false,
    events: 0,
  }
}
