import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { type Honoured, refuseOthers } from '../../../engine/index.ts'
import { operation, type Principal } from '../../../gate/index.ts'
import { type ChangeSet, changeSets, type Stack, stackKey } from '../model/index.ts'
import type { Compiler } from '../plan/index.ts'
import { beginCreate, beginUpdate } from '../run/index.ts'
import { changeSetDemand, changeSetOf } from './change-set-of.ts'
import { noSuchChangeSet, wrongChangeSetStatus } from './errors.ts'
import { actorOf, stackMembers } from './request.ts'
import { checkUpdatable } from './update-stack.ts'

const honoured: Honoured = {
  ChangeSetName: true,
  StackName: true,
  ClientRequestToken: true,
  DisableRollback: true,
  RetainExceptOnCreate: true,
  DeploymentConfig: stackMembers.DeploymentConfig ?? true,
}

const checkExecutable = (changeSet: ChangeSet) => {
  if (changeSet.execution === 'AVAILABLE') return
  throw wrongChangeSetStatus(
    `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
  )
}

/** The parts of a change set that the stack takes over. */
const intentOf = ({ template, parameters, tags, capabilities, notificationArns }: ChangeSet) => ({
  template,
  parameters,
  tags,
  capabilities,
  notificationArns,
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html */
export const executeChangeSet = (compiler: Compiler) =>
  operation<typeof cloudformation, 'ExecuteChangeSet', Principal>({
    authorize(input, context) {
      refuseOthers(input, honoured, 'ExecuteChangeSet')
      return [changeSetDemand('ExecuteChangeSet', input, context)]
    },
    async stage(input, { read, call, env }) {
      const found = changeSetOf(read, call, input.ChangeSetName ?? '', input.StackName)
      if (found === undefined) throw noSuchChangeSet(input.ChangeSetName ?? '')
      checkExecutable(found.changeSet)
      return actorOf(found.changeSet.roleArn ?? found.stack.roleArn, { call, env }, found.stack)
    },
    run(input, { tx, call, env }, actor) {
      const found = changeSetOf(tx, call, input.ChangeSetName ?? '', input.StackName)
      if (found === undefined) throw noSuchChangeSet(input.ChangeSetName ?? '')
      const { stack, changeSet } = found
      checkExecutable(changeSet)
      if (changeSet.type === 'UPDATE') checkUpdatable(stack)
      // The others were computed against a stack that will be another.
      for (const [key] of [...changeSets.entries(tx, stackKey(stack))]) changeSets.delete(tx, ...key)
      changeSets.put(tx, [...stackKey(stack), changeSet.name], { ...changeSet, execution: 'EXECUTE_IN_PROGRESS' })
      const intent = intentOf(changeSet)
      const plan = compiler.blueprint(intent, stack)
      const { description } = plan.template
      const change = {
        ...intent,
        changeSetId: changeSet.id,
        disableRollback: input.DisableRollback ?? changeSet.onFailure === 'DO_NOTHING',
        retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
        ...(changeSet.onFailure === undefined ? {} : { onFailure: changeSet.onFailure }),
        ...(changeSet.roleArn === undefined ? {} : { roleArn: changeSet.roleArn }),
        ...(input.ClientRequestToken === undefined ? {} : { requestToken: input.ClientRequestToken }),
      } satisfies Partial<Stack>
      const beginning = { tx, env, actor, cause: call.cause, at: call.now }
      if (changeSet.type === 'UPDATE') beginUpdate(beginning, stack, change, plan, changeSet.name)
      else
        beginCreate(
          beginning,
          { ...stack, ...change, ...(description === undefined ? {} : { description }) },
          plan,
          changeSet.name,
        )
      return {}
    },
  })
