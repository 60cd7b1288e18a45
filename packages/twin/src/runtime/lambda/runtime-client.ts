import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { endMark } from './end-mark.ts'
import type { ErrorDocument } from './error-document.ts'

interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Received {
  readonly requestId: string
  readonly payload: unknown
  readonly context: Readonly<Record<string, unknown>>
}

const agent = new Agent({ keepAlive: true, maxSockets: 2 })
const variable = (name: string): string => process.env[name] ?? ''

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
const contextOf = (headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> => {
  const header = (name: string): string => String(headers[`lambda-runtime-${name}`] ?? '')
  const deadline = Number(header('deadline-ms'))
  const clientContext = header('client-context')
  return {
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    invokedFunctionArn: header('invoked-function-arn'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    awsRequestId: header('aws-request-id'),
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    clientContext: clientContext === '' ? undefined : JSON.parse(clientContext),
    identity: undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

/** The process's side of the Runtime API. */
export const runtimeClient = (address: string) => {
  const call = (method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const url = `http://${address}/2018-06-01/runtime/${path}`
      const asked = request(url, { agent, method }, async response => {
        const answer = await text(response).catch(reject)
        if (answer !== undefined) resolve({ headers: response.headers, body: answer })
      })
      asked.on('error', reject).end(body)
    })
  const post = async (path: string, body: string): Promise<void> => void (await call('POST', path, body))
  return {
    async next(): Promise<Received> {
      const { headers, body } = await call('GET', 'invocation/next')
      const context = contextOf(headers)
      return { requestId: String(context.awsRequestId), payload: JSON.parse(body), context }
    },
    response: (id: string, body: string) => post(`invocation/${id}/response`, body),
    error: (id: string, document: ErrorDocument) => post(`invocation/${id}/error`, JSON.stringify(document)),
    initError: (document: ErrorDocument) => post('init/error', JSON.stringify(document)),
    endOfLog: (id: string) => void process.stdout.write(endMark(id)),
  }
}
