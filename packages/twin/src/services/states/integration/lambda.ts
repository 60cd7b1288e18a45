import type { StartTask } from '../asl/index.ts'
import { isObject, type Json, type JsonObject } from '../asl/index.ts'
import { rawCall } from './call.ts'
import type { Integration, Progress, TaskIo } from './integration.ts'
import { withMetadata } from './metadata.ts'

interface Answer {
  StatusCode?: number
  FunctionError?: string
  ExecutedVersion?: string
  Payload?: Uint8Array | string
}

const text = (payload: Uint8Array | string | undefined) =>
  payload === undefined ? 'null' : Buffer.from(payload as Uint8Array).toString() || 'null'

function parsed(payload: string): Json {
  try {
    return JSON.parse(payload) as Json
  } catch {
    return payload
  }
}

/** A function that throws names its error type; the whole document is the cause. */
function failure(payload: string): { error: string; cause: string } {
  const document = parsed(payload)
  const type = isObject(document) && typeof document.errorType === 'string' ? document.errorType : 'Lambda.Unknown'
  return { error: type, cause: payload }
}

const wanted = { service: 'lambda', api: 'invoke', sdk: false }

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
export const lambdaInvoke: Integration = {
  async start(task, { pattern }, io) {
    const parameters = isObject(task.parameters) ? task.parameters : {}
    const payload = parameters.Payload
    const input: JsonObject = { ...parameters, ...(payload === undefined ? {} : { Payload: JSON.stringify(payload) }) }
    const answer = (await rawCall(wanted, input, io)).output as Answer
    if (answer.FunctionError !== undefined) return { failed: failure(text(answer.Payload)) }
    const result = withMetadata(
      {
        ExecutedVersion: answer.ExecutedVersion ?? '$LATEST',
        Payload: parsed(text(answer.Payload)),
        StatusCode: answer.StatusCode ?? 200,
      },
      io.env,
      'application/json',
    )
    return pattern === '.waitForTaskToken' ? { submitted: result } : { done: result }
  },
}

/** A function's ARN as Resource: the state's input is the event, the answer is the result. */
export async function invokeFunction(task: StartTask, arn: string, io: TaskIo): Promise<Progress> {
  const input = { FunctionName: arn, Payload: JSON.stringify(task.parameters) }
  const answer = (await rawCall(wanted, input, io)).output as Answer
  if (answer.FunctionError !== undefined) return { failed: failure(text(answer.Payload)) }
  return { done: parsed(text(answer.Payload)) }
}
