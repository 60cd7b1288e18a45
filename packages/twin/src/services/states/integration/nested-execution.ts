import { isObject, type Json, type JsonObject } from '../asl/index.ts'
import { callService } from './call.ts'
import type { Integration } from './integration.ts'
import { withMetadata } from './metadata.ts'

const service = 'states'
const contentType = 'application/x-amz-json-1.0'

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
export const nestedExecution: Integration = {
  async start(task, { pattern }, io) {
    const parameters = isObject(task.parameters) ? withInput(task.parameters) : task.parameters
    const answer = await callService({ service, api: 'startExecution', sdk: false }, parameters, io)
    const result = withMetadata(answer, io.env, contentType)
    if (pattern === '') return { done: result }
    const arn = isObject(answer) ? String(answer.ExecutionArn) : ''
    return {
      submitted: result,
      ...(pattern === '.waitForTaskToken' ? {} : { job: { ExecutionArn: arn, parse: pattern === '.sync:2' }, arn }),
    }
  },
  async look(_task, job, io) {
    const { ExecutionArn, parse } = job as { ExecutionArn: string; parse: boolean }
    const answer = await callService(
      { service, api: 'describeExecution', sdk: false },
      { ExecutionArn },
      io,
      'describe',
    )
    const described = { ...(answer as JsonObject) }
    delete described.RedriveCount
    delete described.RedriveStatus
    delete described.RedriveStatusReason
    if (described.Status === 'RUNNING') return 'running'
    for (const field of ['Input', 'Output'])
      if (parse && typeof described[field] === 'string') described[field] = JSON.parse(described[field]) as Json
    for (const field of ['InputDetails', 'OutputDetails'])
      if (isObject(described[field])) described[field] = { Included: true }
    if (described.Status === 'SUCCEEDED') return { done: described }
    return { failed: { error: 'States.TaskFailed', cause: JSON.stringify(described) } }
  },
  async abort(_task, job, io) {
    const { ExecutionArn } = job as { ExecutionArn: string }
    await callService({ service, api: 'stopExecution', sdk: false }, { ExecutionArn }, io, 'stop')
  },
}

/** The input may be any JSON; the API takes its text. */
const withInput = (parameters: JsonObject): JsonObject =>
  'Input' in parameters ? { ...parameters, Input: textOf(parameters.Input as Json) } : parameters

/** null starts with an empty object. */
const textOf = (input: Json) => (input === null ? '{}' : typeof input === 'string' ? input : JSON.stringify(input))
