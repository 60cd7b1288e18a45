import type { Capability, Stack } from '@aws-sdk/client-cloudformation'
import { AwsError, isAwsError } from '../../../engine/index.ts'
import { type ActionIo, type Failed, type Going, poll, type Succeeded } from './action-kind.ts'
import { zipOf } from './archive.ts'
import { stackFailure } from './stack-failure.ts'
import { artifactFile, stackInput } from './stack-parameters.ts'

export interface StackMemory {
  phase: 'begin' | 'stack' | 'delete' | 'change-set'
  /** Stack or change set ARN. */
  id: string
}

type Step = Promise<Succeeded | Failed | Going<StackMemory>>

export const stackName = (io: ActionIo) => io.configuration.StackName ?? ''

/** `undefined`: it does not exist. With a token where a change follows from it: a repeated step then makes the same one. */
export async function describe(io: ActionIo, name: string, token?: string): Promise<Stack | undefined> {
  try {
    return (await io.call('cloudformation', 'DescribeStacks', { StackName: name }, token)).Stacks?.[0]
  } catch (error) {
    if (isAwsError(error, 'ValidationError') && /does not exist/.test(error.message)) return undefined
    throw error
  }
}

/** No policy can make it work: the role of a stack is one of the account that the action acts in. */
async function sameAccountRole(io: ActionIo): Promise<void> {
  const role = io.configuration.RoleArn
  if (role !== undefined && role.split(':')[4] !== (await io.as()).account) {
    throw new AwsError('AccessDenied', 'Cross-account pass role is not allowed', { status: 403 })
  }
}

export async function stackRequest(io: ActionIo) {
  await sameAccountRole(io)
  const { TemplatePath, Capabilities, RoleArn } = io.configuration
  const cache = new Map<string, Uint8Array>()
  const template =
    TemplatePath === undefined ? undefined : Buffer.from(await artifactFile(io, TemplatePath, cache)).toString('utf8')
  const { parameters, tags, policy } = await stackInput(io, cache)
  const capabilities = (Capabilities ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean) as Capability[]
  return {
    policy,
    input: {
      StackName: stackName(io),
      ...(template === undefined ? {} : { TemplateBody: template }),
      Parameters: parameters,
      ...(tags.length === 0 ? {} : { Tags: tags }),
      ...(capabilities.length === 0 ? {} : { Capabilities: capabilities }),
      ...(RoleArn === undefined ? {} : { RoleARN: RoleArn }),
    },
  }
}

/**
 * What REPLACE_ON_FAILURE takes for a failed state. CodePipeline's own page leaves out ROLLBACK_COMPLETE, CloudFormation's has it:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-action-reference.html
 */
const broken = ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED']

export async function createOrUpdate(io: ActionIo): Step {
  const name = stackName(io)
  const { input, policy } = await stackRequest(io)
  const stackPolicy = policy === undefined ? {} : { StackPolicyBody: policy }
  const known = await describe(io, name, 'describe')
  if (
    known !== undefined &&
    io.configuration.ActionMode === 'REPLACE_ON_FAILURE' &&
    broken.includes(known.StackStatus ?? '')
  ) {
    await io.call('cloudformation', 'DeleteStack', { StackName: name, ...roleOf(io) }, 'delete')
    return { memory: { phase: 'delete', id: known.StackId ?? name }, next: poll(io) }
  }
  try {
    const { StackId: id = '' } =
      known === undefined || known.StackStatus === 'REVIEW_IN_PROGRESS' || known.StackStatus === 'DELETE_COMPLETE'
        ? await io.call('cloudformation', 'CreateStack', { ...input, ...stackPolicy }, 'create')
        : await io.call('cloudformation', 'UpdateStack', { ...input, ...stackPolicy }, 'update')
    return { memory: { phase: 'stack', id }, next: poll(io), external: externalOf(io, id) }
  } catch (error) {
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html: no change is success.
    if (
      known !== undefined &&
      isAwsError(error, 'ValidationError') &&
      /No updates are to be performed/.test(error.message)
    ) {
      return finished(io, known)
    }
    throw error
  }
}

const roleOf = (io: ActionIo) => (io.configuration.RoleArn === undefined ? {} : { RoleARN: io.configuration.RoleArn })

export async function deleteStack(io: ActionIo): Step {
  await sameAccountRole(io)
  const known = await describe(io, stackName(io), 'describe')
  if (known === undefined) return { succeeded: { summary: `Stack ${stackName(io)} does not exist` } }
  await io.call('cloudformation', 'DeleteStack', { StackName: stackName(io), ...roleOf(io) }, 'delete')
  return {
    memory: { phase: 'stack', id: known.StackId ?? '' },
    next: poll(io),
    external: externalOf(io, known.StackId ?? ''),
  }
}

const good = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE']

export async function pollStack(io: ActionIo, memory: StackMemory): Step {
  const stack = await describe(io, memory.id)
  const status = stack?.StackStatus ?? 'DELETE_COMPLETE'
  // UPDATE_COMPLETE_CLEANUP_IN_PROGRESS too: the stack is not at rest yet.
  if (status.endsWith('_IN_PROGRESS')) return { memory, next: poll(io) }
  if (memory.phase === 'delete' && status === 'DELETE_COMPLETE')
    return { memory: { phase: 'begin', id: '' }, next: { when: 'now' } }
  const deleting = io.configuration.ActionMode === 'DELETE_ONLY'
  if (deleting && status === 'DELETE_COMPLETE') return { succeeded: { external: externalOf(io, memory.id) } }
  if (stack !== undefined && good.includes(status) && !deleting) return finished(io, stack)
  return { ...(await stackFailure(io, memory.id, status)), external: externalOf(io, memory.id) }
}

/** Outputs are output variables, and a file of the output artifact where OutputFileName says so. */
async function finished(io: ActionIo, stack: Stack): Promise<Succeeded> {
  const variables = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  )
  const [output] = io.action.outputs
  const file = io.configuration.OutputFileName
  if (output !== undefined && file !== undefined)
    await io.write(output, zipOf({ [file]: Buffer.from(JSON.stringify(variables)) }))
  return { succeeded: { variables, external: externalOf(io, stack.StackId ?? '') } }
}

const externalOf = ({ action: { actionRegion: region } }: ActionIo, id: string) => ({
  id,
  url: `https://console.aws.amazon.com/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=${encodeURIComponent(id)}`,
})
