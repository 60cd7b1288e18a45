import type * as lambda from '@aws-sdk/client-lambda'
import { because, isAwsError, own, refuseOthers, unwritable, type WorkKind } from '../../engine/index.ts'
import { type Context, type Env, operation } from '../../gate/index.ts'
import type { InvocationResult } from '../../runtime/lambda/function.ts'
import { notJson, payloadTooLarge, violated } from './errors.ts'
import { arnOf, findFunction, functions, onFunction, targetOf } from './function.ts'
import { poolOf } from './pool.ts'

const members = {
  FunctionName: true,
  InvocationType: true,
  LogType: true,
  ClientContext: true,
  Payload: true,
  Qualifier: true,
} as const

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, asynchronous 1 MB */
const limits: Record<string, number> = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 }

const typeOf = ({ InvocationType }: { InvocationType?: string | undefined }): string => {
  const type = InvocationType ?? 'RequestResponse'
  if (own(limits, type) === undefined) {
    throw violated(type, 'invocationType', 'Member must satisfy enum value set: [Event, RequestResponse, DryRun]')
  }
  return type
}

/** No payload is an empty object, as Lambda's Node.js runtimes are given it. */
function payloadOf({ Payload }: Pick<lambda.InvokeCommandInput, 'Payload'>, type: string): string {
  const bytes = Buffer.from((Payload as Uint8Array | string | undefined) ?? '')
  const limit = own(limits, type) ?? 0
  if (bytes.length > limit) throw payloadTooLarge(bytes.length, type, limit)
  const text = bytes.length === 0 ? '{}' : bytes.toString()
  try {
    JSON.parse(text)
  } catch (error) {
    throw notJson(error instanceof Error ? error.message : String(error))
  }
  return text
}

function clientContextOf(encoded: string | undefined) {
  if (encoded === undefined) return {}
  const clientContext = Buffer.from(encoded, 'base64').toString()
  try {
    JSON.parse(clientContext)
  } catch {
    throw notJson('Client context must be a valid Base64-encoded JSON object.')
  }
  return { clientContext }
}

const answer = (
  { payload, functionError, logTail }: InvocationResult,
  tail: boolean,
): Omit<lambda.InvokeCommandOutput, '$metadata'> => ({
  StatusCode: 200,
  ExecutedVersion: '$LATEST',
  Payload: Buffer.from(payload) as never,
  ...(functionError === undefined ? {} : { FunctionError: functionError }),
  ...(tail ? { LogResult: Buffer.from(logTail).toString('base64') } : {}),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke = operation<typeof lambda, 'Invoke', InvocationResult | undefined>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'InvokeFunction'),
  ],
  async stage(input, { read, call, env }: Context) {
    refuseOthers(input, members, 'lambda:Invoke')
    const record = findFunction(read, targetOf(call, input.FunctionName, input.Qualifier))
    const type = typeOf(input)
    const payload = payloadOf(input, type)
    if (type !== 'RequestResponse') return undefined
    const { requestId, cause } = call
    return poolOf(env).invoke(record, {
      requestId,
      payload,
      cause,
      awaited: true,
      ...clientContextOf(input.ClientContext),
    })
  },
  run(input, { tx, call, env }, result) {
    if (result !== undefined) return answer(result, input.LogType === 'Tail')
    const record = findFunction(tx, targetOf(call, input.FunctionName, input.Qualifier))
    const type = typeOf(input)
    if (type === 'DryRun') return { StatusCode: 204 }
    const { account, region, name } = record
    const state = { account, region, name, requestId: call.requestId, payload: payloadOf(input, type), failed: 0 }
    const cause = because(call.cause, { kind: 'function', id: arnOf(record), name })
    env.works.start(tx, { id: `lambda/${call.requestId}`, kind: asynchronous.kind, state, cause })
    return { StatusCode: 202 }
  },
})

interface State {
  account: string
  region: string
  name: string
  /** The same for every attempt. */
  requestId: string
  payload: string
  failed: number
  /** How often there was no room for it. */
  throttled?: number
}

/** "Lambda retries function errors twice, with one minute between the first two attempts, and two minutes between the second and third": https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const pauses = [60_000, 120_000]

/** What was throttled was no attempt: it comes again after a second, and after up to five minutes in the end; see the same page. */
const back = (throttled: number) => Math.min(1_000 * 2 ** throttled, 300_000)

/** At least once: what a crash cut short runs again. */
export const asynchronous: WorkKind<State, Env> = {
  kind: 'lambda/invocation',
  async step({ state, cause }, io, env) {
    const { account, region, name, requestId, payload, failed, throttled = 0 } = state
    const record = functions.get(io.read, account, region, name)
    if (record === undefined) return { state, next: { when: 'done' } }
    const invocation = { requestId, payload, cause, abort: io.interrupted }
    let full = false
    const failure = await poolOf(env)
      .invoke(record, invocation)
      .then(
        ({ functionError, payload: text }) => (functionError === undefined ? undefined : text),
        (error: unknown) => {
          if (unwritable(error, env.directory) !== undefined) throw error
          full = isAwsError(error, 'TooManyRequestsException')
          return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
        },
      )
    if (io.interrupted.aborted) return { state, next: { when: 'now' } }
    if (failure === undefined) return { state, next: { when: 'done' } }
    if (full) {
      const at = env.clock.now() + back(throttled)
      return { state: { ...state, throttled: throttled + 1 }, next: { when: 'pause', at } }
    }
    const pause = pauses[failed]
    if (pause !== undefined) {
      return { state: { ...state, failed: failed + 1 }, next: { when: 'pause', at: env.clock.now() + pause } }
    }
    env.log(`event for ${name} is dropped after ${failed + 1} attempts: ${failure}`)
    return { state, next: { when: 'done' } }
  },
}
