import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { failures, type Known } from './known-failures.ts'
import type { clientsOf } from './stage.ts'

type Clients = ReturnType<typeof clientsOf>

/** A test of a failure that is known from AWS, under the title that the table gives it. */
export function shows(known: Known, body: () => Promise<void>): void {
  const entry = failures[known]
  if ('excused' in entry) throw new Error(`${known} is shown, and excused: ${entry.excused}`)
  test(entry.title, body, 30_000)
}

export interface Refusal {
  code: string
  status: number | undefined
  text: string
}

/** What a client learns of a call that must not succeed. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (error: Error & { Code?: string; $metadata?: { httpStatusCode?: number } }) => error,
  )
  if (!('$metadata' in error)) throw error
  // What was on the wire, where the SDK names it otherwise: IAM's MalformedPolicyDocument.
  return {
    code: ('Code' in error && error.Code) || error.name,
    status: error.$metadata?.httpStatusCode,
    text: error.message,
  }
}

const pace = 20

/** Asks again until it is as wanted; the test's own limit ends it. */
export async function until<T>(ask: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask()
    if (wanted(value)) return value
    await sleep(pace)
  }
}

/** Creates, updates or deletes a stack; what its first resource that failed says. */
export async function stackFailure(
  { cloudformation }: Clients,
  StackName: string,
  change: (StackName: string) => Promise<unknown>,
): Promise<string> {
  await change(StackName)
  const newest = async () =>
    (await cloudformation.listStacks({})).StackSummaries?.find(one => one.StackName === StackName)
  const { StackId } = (await until(newest, stack => stack?.StackStatus?.endsWith('_IN_PROGRESS') === false)) ?? {}
  const { StackEvents = [] } = await cloudformation.describeStackEvents({ StackName: StackId })
  const failed = StackEvents.findLast(
    ({ ResourceStatus = '', PhysicalResourceId }) =>
      ResourceStatus.endsWith('_FAILED') && PhysicalResourceId !== StackId,
  )
  return (failed?.ResourceStatusReason ?? '').replace(/RequestToken: [0-9a-f-]+/, 'RequestToken: …')
}

/** Runs a new pipeline to its end; the error of the action that failed. */
export async function actionFailure({ codepipeline }: Clients, pipelineName: string) {
  const newest = async () =>
    (await codepipeline.listPipelineExecutions({ pipelineName })).pipelineExecutionSummaries?.[0]
  await until(newest, execution => execution !== undefined && execution.status !== 'InProgress')
  const { actionExecutionDetails = [] } = await codepipeline.listActionExecutions({ pipelineName })
  const failed = actionExecutionDetails.find(({ status }) => status === 'Failed')
  return { action: failed?.actionName, ...failed?.output?.executionResult?.errorDetails }
}
