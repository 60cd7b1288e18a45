import { isAwsError } from '../../../engine/index.ts'
import { type ActionIo, type Failed, type Going, poll, type Succeeded } from './action-kind.ts'
import { failed } from './failure.ts'
import { describe, type StackMemory, stackName, stackRequest } from './stack.ts'

type Step = Promise<Succeeded | Failed | Going<StackMemory>>

const changeSetName = (io: ActionIo) => io.configuration.ChangeSetName ?? ''

async function exists(io: ActionIo): Promise<boolean> {
  try {
    const named = { StackName: stackName(io), ChangeSetName: changeSetName(io) }
    await io.call('cloudformation', 'DescribeChangeSet', named, 'exists')
    return true
  } catch (error) {
    if (
      isAwsError(error, 'ChangeSetNotFound', 'ChangeSetNotFoundException') ||
      (isAwsError(error) && /does not exist/.test(error.message))
    )
      return false
    throw error
  }
}

/** Replaces the change set of that name; an empty one is success, as on AWS. */
export async function replaceChangeSet(io: ActionIo): Step {
  const { input } = await stackRequest(io)
  const known = await describe(io, stackName(io), 'describe')
  const create = known === undefined || known.StackStatus === 'REVIEW_IN_PROGRESS'
  const named = { StackName: stackName(io), ChangeSetName: changeSetName(io) }
  if (known !== undefined && (await exists(io))) await io.call('cloudformation', 'DeleteChangeSet', named, 'delete')
  const request = { ...input, ...named, ChangeSetType: create ? ('CREATE' as const) : ('UPDATE' as const) }
  const { Id: id = '' } = await io.call('cloudformation', 'CreateChangeSet', request, 'create')
  return { memory: { phase: 'change-set', id }, next: poll(io), external: { id } }
}

const empty = /didn't contain changes|No updates are to be performed/

export async function pollChangeSet(io: ActionIo, memory: StackMemory): Step {
  const set = await io.call('cloudformation', 'DescribeChangeSet', {
    StackName: stackName(io),
    ChangeSetName: memory.id,
  })
  const { Status: status = '', StatusReason: reason = '' } = set
  if (status.endsWith('_IN_PROGRESS') || status === 'CREATE_PENDING') return { memory, next: poll(io) }
  if (status === 'CREATE_COMPLETE' || empty.test(reason)) {
    return { succeeded: { external: { id: memory.id }, ...(reason === '' ? {} : { summary: reason }) } }
  }
  return {
    ...failed('JobFailed', `Change set ${changeSetName(io)} is in ${status} state: ${reason}`),
    external: { id: memory.id },
  }
}

export async function executeChangeSet(io: ActionIo): Step {
  const named = { StackName: stackName(io), ChangeSetName: changeSetName(io) }
  const { Status: status, StatusReason: reason = '' } = await io.call('cloudformation', 'DescribeChangeSet', named)
  if (status === 'FAILED' && empty.test(reason)) return { succeeded: { summary: reason } }
  await io.call('cloudformation', 'ExecuteChangeSet', named, 'execute')
  const stack = await describe(io, stackName(io))
  return {
    memory: { phase: 'stack', id: stack?.StackId ?? stackName(io) },
    next: poll(io),
    external: { id: stack?.StackId ?? '' },
  }
}
