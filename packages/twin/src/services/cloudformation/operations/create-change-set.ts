import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { AwsError, type Honoured, isAwsError, notImplemented, refuseOthers } from '../../../engine/index.ts'
import { type Call, type Env, operation, type TxContext } from '../../../gate/index.ts'
import {
  addEvent,
  type ChangeSet,
  changeSetArn,
  changeSets,
  findStack,
  putStack,
  resourcesOf,
  type Stack,
  stackArn,
  stackKey,
} from '../model/index.ts'
import { type Compiler, type Planned, planChanges } from '../plan/index.ts'
import { stackEvent } from '../run/index.ts'
import type { Blueprint } from '../template/index.ts'
import { changeSetOf } from './change-set-of.ts'
import { newStack } from './create-stack.ts'
import { noStackToChange } from './errors.ts'
import { askedContext, checkStackName, passRoleDemands, stackDemand, stackMembers } from './request.ts'
import { templateText } from './template-source.ts'
import { checkUpdatable, nextIntent } from './update-stack.ts'

const honoured: Honoured = {
  ...stackMembers,
  UsePreviousTemplate: true,
  ChangeSetName: true,
  ChangeSetType: true,
  Description: true,
  ClientToken: true,
  OnStackFailure: true,
  // There are no nested stacks to include; resources that exist already are not adopted, and fail by their names.
  IncludeNestedStacks: true,
  ImportExistingResources: true,
}

const noChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set."

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
export const createChangeSet = (compiler: Compiler) =>
  operation<typeof cloudformation, 'CreateChangeSet', string | undefined>({
    authorize(input, context) {
      refuseOthers(input, honoured, 'CreateChangeSet')
      if (input.ChangeSetType === 'IMPORT') throw notImplemented('CreateChangeSet of type IMPORT')
      const demand = stackDemand('CreateChangeSet', input.StackName, context, {
        ...askedContext(input),
        'cloudformation:ChangeSetName': input.ChangeSetName,
      })
      return [demand, ...passRoleDemands(input.RoleARN, context.call)]
    },
    stage: (input, context) => templateText(input, context),
    run(input, { tx, call, env }, text) {
      const name = input.ChangeSetName ?? ''
      const creates = input.ChangeSetType === 'CREATE'
      const present = findStack(tx, call.account, call.region, input.StackName ?? '')
      const known = present === undefined ? undefined : changeSetOf(tx, call, name, present.id)
      if (known !== undefined) {
        if (input.ClientToken !== undefined && known.changeSet.token === input.ClientToken) {
          return { Id: known.changeSet.id, StackId: known.stack.id }
        }
        throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists for stack ${known.stack.name}`)
      }
      const stack = creates ? reviewed(present, input.StackName, { call, env }) : updated(present, input.StackName)
      const { intent, blueprint } = nextIntent(compiler, input, text, stack)
      const { changes, any, problem } = plan({ tx }, compiler, stack, intent, blueprint, creates)
      const works = any && problem === undefined
      const changeSet: ChangeSet = {
        ...intent,
        id: changeSetArn(call.account, call.region, name, env.ids.uuid()),
        name,
        stackId: stack.id,
        stackName: stack.name,
        type: creates ? 'CREATE' : 'UPDATE',
        status: works ? 'CREATE_COMPLETE' : 'FAILED',
        execution: works ? 'AVAILABLE' : 'UNAVAILABLE',
        created: call.now,
        changes,
        ...(works ? {} : { reason: problem ?? noChanges }),
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
        ...(input.OnStackFailure === undefined ? {} : { onFailure: input.OnStackFailure }),
        ...(input.ClientToken === undefined ? {} : { token: input.ClientToken }),
      }
      if (present?.id !== stack.id) {
        const description = blueprint.template.description
        putStack(tx, { ...stack, ...(description === undefined ? {} : { description }), changeSetId: changeSet.id })
        addEvent(tx, stack, stackEvent(env, stack, stack.status, call.now, 'User Initiated'))
      }
      changeSets.put(tx, [...stackKey(stack), name], changeSet)
      return { Id: changeSet.id, StackId: stack.id }
    },
  })

function plan(
  { tx }: Pick<TxContext, 'tx'>,
  compiler: Compiler,
  stack: Stack,
  intent: Parameters<typeof planChanges>[3],
  blueprint: Blueprint,
  creates: boolean,
): Planned & { problem?: string } {
  const before = creates ? { ...stack, template: intent.template, outputs: [] } : stack
  const former = {
    stack: before,
    plan: creates ? blueprint : compiler.blueprint(stack, stack),
    resources: resourcesOf(tx, stack),
  }
  try {
    return planChanges(tx, compiler, blueprint, intent, former)
  } catch (error) {
    // An export that is not there, say: AWS's change set fails, not the request for one.
    if (!isAwsError(error, 'ValidationError')) throw error
    return { changes: [], any: false, problem: error.message }
  }
}

/** The stack of a first change set: it has a name and nothing else until the change set is executed. */
function reviewed(
  present: Stack | undefined,
  name: string | undefined,
  { call, env }: { call: Call; env: Env },
): Stack {
  if (present?.status === 'REVIEW_IN_PROGRESS') return present
  if (present !== undefined) {
    throw new AwsError(
      'ValidationError',
      `Stack [${present.name}] already exists and cannot be created again with the changeSet.`,
    )
  }
  const wanted = checkStackName(name)
  const uuid = env.ids.uuid()
  const id = stackArn(call.account, call.region, wanted, uuid)
  const intent = { template: '', parameters: {}, tags: {}, capabilities: [], notificationArns: [] }
  return {
    ...newStack({ call, env, uuid, id, name: wanted, intent, plan: undefined, roleArn: undefined }),
    status: 'REVIEW_IN_PROGRESS',
  }
}

function updated(present: Stack | undefined, name: string | undefined): Stack {
  if (present === undefined || present.status === 'DELETE_COMPLETE') throw noStackToChange(name ?? '')
  checkUpdatable(present)
  return present
}
