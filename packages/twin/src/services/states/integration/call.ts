import { isAwsError } from '../../../engine/index.ts'
import type { Json } from '../asl/index.ts'
import type { TaskIo } from './integration.ts'
import { clients, optimisedName } from './sdk-client.ts'
import { type OperationShape, operationShape, toInput, toResult, UnknownMember } from './shape.ts'

/** A call that failed, named as a state's Catch knows it. */
export class TaskFailure extends Error {
  readonly error: string
  readonly phase: 'runtime' | undefined
  constructor(error: string, cause: string, phase?: 'runtime') {
    super(cause)
    this.error = error
    this.phase = phase
  }
}

export interface Wanted {
  service: string
  api: string
  /** Called by the `aws-sdk:` integration, not an optimised one: errors, dates and metadata differ. */
  sdk: boolean
}

const iso = (date: Date): Json => date.toISOString()
const milliseconds = (date: Date): Json => date.getTime()

/** One API call as the task's role. `label` makes its token. */
export async function callService(wanted: Wanted, parameters: Json, io: TaskIo, label = 'call'): Promise<Json> {
  const { output, shape } = await rawCall(wanted, parameters, io, label)
  return toResult(output, shape.output, wanted.sdk ? iso : milliseconds)
}

export async function rawCall(
  wanted: Wanted,
  parameters: Json,
  io: TaskIo,
  label = 'call',
): Promise<{ output: unknown; shape: OperationShape }> {
  const name = wanted.sdk ? wanted.service : (optimisedName[wanted.service] ?? wanted.service)
  const client = clients[name]
  if (client === undefined)
    throw new TaskFailure('States.Runtime', `The service ${wanted.service} is not part of this twin.`, 'runtime')
  const module = await client.load()
  const shape = operationShape(module, wanted.api)
  if (shape === undefined)
    throw new TaskFailure(
      'States.Runtime',
      `The action ${wanted.api} of the service ${wanted.service} is not known.`,
      'runtime',
    )
  let input: unknown
  try {
    input = toInput(parameters, shape.input)
  } catch (error) {
    if (!(error instanceof UnknownMember)) throw error
    throw new TaskFailure(
      'States.Runtime',
      `The field '${error.message}' is not supported by ${wanted.service}:${wanted.api}`,
      'runtime',
    )
  }
  try {
    const token = io.token?.(label)
    const options = { cause: io.cause, region: io.region, ...(token === undefined ? {} : { token }) }
    return { output: await withText(await io.env.invoke.any(io.as, client.service, shape.name, input, options)), shape }
  } catch (error) {
    if (!(error instanceof Error) || !(isAwsError(error) || '$fault' in error)) throw error
    throw wanted.sdk ? sdkFailure(error, client.sdk, module, io) : optimisedFailure(error, client, module, io)
  }
}

/** A body that streams is its text to a state. */
async function withText(output: unknown): Promise<unknown> {
  const members = Object.entries(output as object).map(async ([name, member]) => {
    const text = (member as { transformToString?(): Promise<string> } | undefined | null)?.transformToString
    return [name, text === undefined ? member : await text.call(member)]
  })
  return Object.fromEntries(await Promise.all(members))
}

const status = (error: Error) => ('status' in error ? error.status : 400)
const modelled = (module: object, name: string) => name in module || `${name}Exception` in module
const exception = (name: string) => (name.endsWith('Exception') ? name : `${name}Exception`)

/** `S3.NoSuchBucketException`: `The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: …)`. */
function sdkFailure(error: Error, sdk: string, module: object, io: TaskIo): TaskFailure {
  const name = modelled(module, error.name) ? exception(error.name) : `${sdk}Exception`
  const extended = sdk === 'S3' ? `, Extended Request ID: ${io.env.ids.hex(48)}` : ''
  return new TaskFailure(
    `${sdk}.${name}`,
    `${error.message} (Service: ${sdk}, Status Code: ${status(error)}, Request ID: ${io.env.ids.uuid()}${extended})`,
  )
}

/** `SageMaker.AmazonSageMakerException`: `… (Service: AmazonSageMaker; Status Code: 400; Error Code: …; Request ID: …; Proxy: null)`. */
function optimisedFailure(
  error: Error,
  client: { sdk: string; optimised: string },
  module: object,
  io: TaskIo,
): TaskFailure {
  const prefix = client.sdk === 'Sfn' ? 'StepFunctions' : client.sdk
  const name = modelled(module, error.name) ? exception(error.name) : `${client.optimised}Exception`
  return new TaskFailure(
    `${prefix}.${name}`,
    `${error.message} (Service: ${client.optimised}; Status Code: ${status(error)}; Error Code: ${error.name}; Request ID: ${io.env.ids.uuid()}; Proxy: null)`,
  )
}
