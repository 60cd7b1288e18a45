import { type Definition, namesOf } from '@tripoint/pipeline'
import { accountById } from '../cloud/accounts.ts'
import type { Cloud } from '../cloud/cloud.ts'
import { deleteStack, isWreck, type StackOptions, settled } from './stack.ts'

/**
 * A workflow's stack whose creation failed can only be deleted, and the pipeline's action cannot do that: until somebody does,
 * every run would fail at it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export async function clearWorkflows(definition: Definition, cloud: Cloud, options: StackOptions): Promise<void> {
  for (const stage of Object.values(namesOf(definition).stages)) {
    if (stage.kind !== 'train') continue
    const connection = accountById(definition, cloud, stage.account)
    const { name } = stage.workflowStack
    if (!isWreck(await settled(connection, name, options))) continue
    options.report({ type: 'note', text: `${name} is what a failed creation left behind: it goes first` })
    await deleteStack(connection, name, { ...options, role: stage.cloudformationRole.arn })
  }
}
