import { truncated } from '../execution/history.ts'
import type { Json, JsonObject } from '../language/json.ts'
import { historyNames, parseResource } from '../language/resource.ts'

/** What a task's events are called, and what they say, by the kind of its resource. */
export interface TaskHistory {
  scheduled: string
  started: string
  succeeded: string
  failed: string
  startFailed: string
  timedOut: string
  scheduledDetails(
    parameters: Json,
    region: string,
    timeout: number | undefined,
    heartbeat: number | undefined,
    credentials: JsonObject | undefined,
  ): JsonObject
  startedDetails(worker: string | undefined): JsonObject | undefined
  resultDetails(output: Json): JsonObject
  failedDetails(error: string | undefined, cause: string | undefined): JsonObject
}

export function taskHistory(arn: string): TaskHistory {
  const resource = parseResource(arn)
  if (resource === undefined) throw new Error(`a validated definition has the resource ${arn}`)
  return resource.kind === 'service' ? ofService(historyNames(resource)) : direct[resource.kind](resource.arn)
}

const failed = (error: string | undefined, cause: string | undefined): JsonObject => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
})

const output = (value: Json): JsonObject => ({ output: JSON.stringify(value), outputDetails: truncated })

const ofService = (names: { resource: string; resourceType: string }): TaskHistory => ({
  scheduled: 'TaskScheduled',
  started: 'TaskStarted',
  succeeded: 'TaskSucceeded',
  failed: 'TaskFailed',
  startFailed: 'TaskStartFailed',
  timedOut: 'TaskTimedOut',
  scheduledDetails: (parameters, region, timeout, heartbeat, credentials) => ({
    parameters: JSON.stringify(parameters),
    region,
    ...names,
    ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
    ...(credentials === undefined ? {} : { taskCredentials: { roleArn: credentials.RoleArn as Json } }),
  }),
  startedDetails: () => names,
  resultDetails: value => ({ ...output(value), ...names }),
  failedDetails: (error, cause) => ({ ...failed(error, cause), ...names }),
})

const named = (
  prefix: string,
  arn: string,
  more: (timeout?: number, heartbeat?: number) => JsonObject,
): TaskHistory => ({
  scheduled: `${prefix}Scheduled`,
  started: `${prefix}Started`,
  succeeded: `${prefix}Succeeded`,
  failed: `${prefix}Failed`,
  startFailed: prefix === 'LambdaFunction' ? 'LambdaFunctionStartFailed' : `${prefix}Failed`,
  timedOut: `${prefix}TimedOut`,
  scheduledDetails: (parameters, _region, timeout, heartbeat, credentials) => ({
    input: JSON.stringify(parameters),
    inputDetails: truncated,
    resource: arn,
    ...more(timeout, heartbeat),
    ...(credentials === undefined ? {} : { taskCredentials: { roleArn: credentials.RoleArn as Json } }),
  }),
  startedDetails: worker => (worker === undefined ? undefined : { workerName: worker }),
  resultDetails: output,
  failedDetails: failed,
})

const direct = {
  lambda: (arn: string) =>
    named('LambdaFunction', arn, timeout => (timeout === undefined ? {} : { timeoutInSeconds: timeout })),
  activity: (arn: string) =>
    named('Activity', arn, (timeout, heartbeat) => ({
      ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
      ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
    })),
}
