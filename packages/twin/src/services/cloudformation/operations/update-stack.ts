import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { type Honoured, refuseOthers } from '../../../engine/index.ts'
import { operation, type Principal, tagsOf } from '../../../gate/index.ts'
import { type Intent, resourcesOf, type Stack } from '../model/index.ts'
import { type Compiler, planChanges } from '../plan/index.ts'
import { beginUpdate } from '../run/index.ts'
import { type Blueprint, validationError } from '../template/index.ts'
import { noUpdates, wrongStatus } from './errors.ts'
import { actorOf, askedContext, living, parametersOf, passRoleDemands, stackDemand, stackMembers } from './request.ts'
import { type Source, templateText } from './template-source.ts'

const honoured: Honoured = {
  ...stackMembers,
  UsePreviousTemplate: true,
  DisableRollback: true,
  ClientRequestToken: true,
  StackPolicyBody: true,
  RetainExceptOnCreate: true,
}

/** From these a stack can be updated. */
const settled = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED', 'IMPORT_COMPLETE']

export const checkUpdatable = (stack: Stack) => {
  if (!settled.includes(stack.status)) throw wrongStatus(stack)
}

interface Asked extends Source {
  UsePreviousTemplate?: boolean | undefined
  Parameters?: Parameters<typeof parametersOf>[0] | undefined
  Tags?: Parameters<typeof tagsOf>[0] | undefined
  Capabilities?: string[] | undefined
}

/** What an update asks for: what it leaves out stays as it is. */
export function nextIntent(
  compiler: Compiler,
  input: Asked,
  text: string | undefined,
  stack: Stack,
): { intent: Intent; blueprint: Blueprint } {
  const template = input.UsePreviousTemplate ? stack.template : text
  if (template === undefined) throw validationError('Either Template URL or Template Body must be specified.')
  return compiler.intent(
    {
      template,
      parameters: parametersOf(input.Parameters),
      tags: input.Tags === undefined ? stack.tags : tagsOf(input.Tags),
      capabilities: input.Capabilities ?? [],
      notificationArns: stack.notificationArns,
    },
    stack.parameters,
    stack,
  )
}

interface Staged {
  actor: Principal
  intent: Intent
  plan: Blueprint
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html */
export const updateStack = (compiler: Compiler) =>
  operation<typeof cloudformation, 'UpdateStack', Staged | undefined>({
    authorize(input, context) {
      refuseOthers(input, honoured, 'UpdateStack')
      return [
        stackDemand('UpdateStack', input.StackName, context, askedContext(input)),
        ...passRoleDemands(input.RoleARN, context.call),
      ]
    },
    async stage(input, { read, call, env }) {
      const stack = living(read, call, input.StackName)
      if (input.ClientRequestToken !== undefined && stack.requestToken === input.ClientRequestToken) return undefined
      checkUpdatable(stack)
      const text = await templateText(input, { call, env })
      const { intent, blueprint } = nextIntent(compiler, input, text, stack)
      return { intent, plan: blueprint, actor: await actorOf(input.RoleARN ?? stack.roleArn, { call, env }, stack) }
    },
    run(input, { tx, call, env }, staged) {
      const stack = living(tx, call, input.StackName)
      if (staged === undefined) return { StackId: stack.id }
      checkUpdatable(stack)
      const former = { stack, plan: compiler.blueprint(stack, stack), resources: resourcesOf(tx, stack) }
      const { any } = planChanges(tx, compiler, staged.plan, staged.intent, former)
      // What failed and was left as it was is to be tried again.
      if (!any && stack.status !== 'UPDATE_FAILED') throw noUpdates()
      beginUpdate(
        { tx, env, actor: staged.actor, cause: call.cause, at: call.now },
        stack,
        {
          ...staged.intent,
          disableRollback: input.DisableRollback ?? false,
          ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
          ...(input.StackPolicyBody === undefined ? {} : { policy: input.StackPolicyBody }),
          ...(input.ClientRequestToken === undefined ? {} : { requestToken: input.ClientRequestToken }),
        },
        staged.plan,
      )
      return { StackId: stack.id }
    },
  })
