import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { type Cloud, type Connection, client, sleep } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'

export interface StackChange {
  name: string
  template: string
  parameters: Readonly<Record<string, string>>
  capabilities: readonly string[]
}

const absent = (error: unknown) => error instanceof Error && /does not exist/.test(error.message)
const unchanged = (error: unknown) => error instanceof Error && /No updates are to be performed/.test(error.message)

export async function describeStack(connection: Connection, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client(CloudFormationClient, connection).send(
      new DescribeStacksCommand({ StackName: name }),
    )
    return Stacks?.[0]
  } catch (error) {
    if (absent(error)) return undefined
    throw error
  }
}

export const outputsOf = (stack: Stack | undefined): Record<string, string> =>
  Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']))

export interface StackOptions {
  pace: Cloud['pace']
  report: Report
  signal?: AbortSignal
}

/** The stack at rest: what someone else began, or a deployment that was cut off, comes to its end first. */
async function settled(
  connection: Connection,
  name: string,
  { pace, report, signal }: StackOptions,
): Promise<Stack | undefined> {
  let said = false
  for (;;) {
    const stack = await describeStack(connection, name)
    const status = stack?.StackStatus ?? ''
    if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS')
      return status === 'DELETE_COMPLETE' ? undefined : stack
    if (!said) report({ type: 'note', text: `${stack?.StackName} is ${status}: waits for its end` })
    said = true
    await sleep(pace, signal)
  }
}

/** What failed to be created can only be deleted: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
const isWreck = (stack: Stack | undefined): boolean =>
  /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(stack?.StackStatus ?? '')

/** Creates or updates a stack and reports its events until it is done. Throws Failure with the first resource that failed. */
export async function deployStack(
  connection: Connection,
  change: StackChange,
  options: StackOptions,
): Promise<Record<string, string>> {
  const { report } = options
  const cloudformation = client(CloudFormationClient, connection)
  const started = performance.now()
  let before = await settled(connection, change.name, options)
  if (isWreck(before)) {
    await deleteStack(connection, change.name, options)
    before = undefined
  }
  const input = {
    StackName: change.name,
    TemplateBody: change.template,
    Capabilities: [...change.capabilities] as never,
    Parameters: Object.entries(change.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  }
  const done = (text: 'created' | 'updated' | 'unchanged') =>
    report({
      type: 'stack-done',
      account: connection.account,
      stack: change.name,
      change: text,
      seconds: (performance.now() - started) / 1000,
    })
  const known = new Set(
    before === undefined
      ? []
      : (await eventsOf(cloudformation, before.StackId ?? change.name)).map(event => event.EventId),
  )
  try {
    await cloudformation.send(before === undefined ? new CreateStackCommand(input) : new UpdateStackCommand(input))
  } catch (error) {
    if (!unchanged(error)) throw error
    done('unchanged')
    return outputsOf(before)
  }
  const about = { account: connection.account, stack: change.name }
  if (before === undefined)
    report({ type: 'stack-begins', ...about, change: 'create', resources: sizeOf(change.template) })
  else report({ type: 'stack-begins', ...about, change: 'update' })
  const stack = await follow(connection, change.name, known, options)
  const wanted = before === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE'
  if (stack.status !== wanted) {
    throw new Failure(
      `stack ${change.name} in account ${connection.account} is ${stack.status}: ${stack.reason ?? 'no reason was given'}`,
      'mend what the reason names and deploy again',
    )
  }
  done(before === undefined ? 'created' : 'updated')
  return outputsOf(await describeStack(connection, change.name))
}

export async function deleteStack(
  connection: Connection,
  name: string,
  { role, ...options }: StackOptions & { role?: string },
): Promise<void> {
  const { report } = options
  const stack = await settled(connection, name, options)
  if (stack?.StackId === undefined) return
  const cloudformation = client(CloudFormationClient, connection)
  const started = performance.now()
  const known = new Set((await eventsOf(cloudformation, stack.StackId)).map(event => event.EventId))
  report({ type: 'stack-begins', account: connection.account, stack: name, change: 'delete' })
  await cloudformation.send(
    new DeleteStackCommand({ StackName: stack.StackId, ...(role === undefined ? {} : { RoleARN: role }) }),
  )
  const end = await follow(connection, stack.StackId, known, options)
  if (end.status !== 'DELETE_COMPLETE') {
    throw new Failure(
      `stack ${name} in account ${connection.account} is ${end.status}: ${end.reason}`,
      'remove what the reason names and destroy again',
    )
  }
  report({
    type: 'stack-done',
    account: connection.account,
    stack: name,
    change: 'deleted',
    seconds: (performance.now() - started) / 1000,
  })
}

const sizeOf = (template: string): number =>
  Object.keys((JSON.parse(template) as { Resources?: object }).Resources ?? {}).length

async function eventsOf(cloudformation: CloudFormationClient, name: string) {
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: name }))
  return StackEvents.toReversed()
}

/** Reports events until the stack itself has come to an end. */
async function follow(
  connection: Connection,
  name: string,
  known: Set<string | undefined>,
  { pace, report, signal }: StackOptions,
): Promise<{ status: string; reason?: string }> {
  const cloudformation = client(CloudFormationClient, connection)
  let reason: string | undefined
  for (;;) {
    for (const event of await eventsOf(cloudformation, name)) {
      if (known.has(event.EventId)) continue
      known.add(event.EventId)
      const status = event.ResourceStatus ?? ''
      if (status.endsWith('_FAILED') && !/cancelled/i.test(event.ResourceStatusReason ?? '')) {
        reason ??= `${event.LogicalResourceId}: ${event.ResourceStatusReason}`
      }
      report({
        type: 'stack',
        account: connection.account,
        stack: event.StackName ?? name,
        resource: event.LogicalResourceId ?? '',
        kind: event.ResourceType ?? '',
        status,
        ...(event.ResourceStatusReason === undefined ? {} : { reason: event.ResourceStatusReason }),
      })
      const itself = event.PhysicalResourceId === event.StackId && event.ResourceType === 'AWS::CloudFormation::Stack'
      if (itself && /_(COMPLETE|FAILED)$/.test(status)) return { status, ...(reason === undefined ? {} : { reason }) }
    }
    await sleep(pace, signal)
  }
}
