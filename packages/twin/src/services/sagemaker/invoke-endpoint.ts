import type * as runtime from '@aws-sdk/client-sagemaker-runtime'
import { AwsError, type Honoured, Interrupted, refuseOthers } from '../../engine/index.ts'
import { type Call, operation } from '../../gate/index.ts'
import type { InvocationResult } from '../../runtime/model-server.ts'
import { endpoints } from './endpoint.ts'
import { reasonOf } from './errors.ts'
import { ask } from './hosting.ts'
import { arnOf, checkName } from './name.ts'

interface Answered {
  readonly answer: InvocationResult
  readonly variant: string
}

const honoured: Honoured = {
  EndpointName: true,
  Body: true,
  ContentType: true,
  Accept: true,
  CustomAttributes: true,
  InferenceId: true,
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors */
const modelError = (call: Call, name: string, status: number, message: string): AwsError => {
  const group = `/aws/sagemaker/Endpoints/${name}`
  const side = status < 500 ? 'client' : 'server'
  return new AwsError(
    'ModelError',
    `Received ${side} error (${status}) from primary with message "${message}". See https://${call.region}.console.aws.amazon.com/cloudwatch/home?region=${call.region}#logEventViewer:group=${group} in account ${call.account} for more information.`,
    {
      status: 424,
      members: {
        OriginalStatusCode: status,
        OriginalMessage: message,
        LogStreamArn: `arn:aws:logs:${call.region}:${call.account}:log-group:${group}`,
      },
    },
  )
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
export const invokeEndpoint = operation<typeof runtime, 'InvokeEndpoint', Answered>({
  authorize: (input, { call }) => [
    {
      action: 'sagemaker:InvokeEndpoint',
      resource: arnOf(call, 'endpoint', checkName(input.EndpointName, 'endpointName')),
    },
  ],
  async stage(input, { read, call, env }) {
    refuseOthers(input, honoured, 'InvokeEndpoint')
    const name = input.EndpointName ?? ''
    const endpoint = endpoints.get(read, call.account, call.region, name)
    const serving = endpoint?.serving
    if (endpoint === undefined || serving === undefined || endpoint.status === 'Deleting')
      throw new AwsError('ValidationError', `Endpoint ${name} of account ${call.account} not found.`)
    const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array()
    let answer: InvocationResult
    try {
      answer = await ask(env, endpoint, serving, {
        cause: call.cause,
        body,
        ...(input.ContentType === undefined ? {} : { contentType: input.ContentType }),
        ...(input.Accept === undefined ? {} : { accept: input.Accept }),
        ...(input.CustomAttributes === undefined ? {} : { customAttributes: input.CustomAttributes }),
      })
    } catch (error) {
      throw error instanceof Interrupted ? error : modelError(call, name, 500, reasonOf(error))
    }
    if (answer.status >= 300) throw modelError(call, name, answer.status, new TextDecoder().decode(answer.body))
    return { answer, variant: serving.variant.name }
  },
  run: (_input, _context, { answer, variant }) => ({
    Body: answer.body as never,
    ContentType: answer.contentType,
    InvokedProductionVariant: variant,
    CustomAttributes: answer.customAttributes,
  }),
})
