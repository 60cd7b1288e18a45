import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Event {
  readonly requestId: string
  readonly payload: string
  readonly functionArn: string
  readonly deadlineMs: number
  readonly clientContext?: string
}

export interface Outcome {
  readonly payload: string
  readonly failed: boolean
}

/** Lambda's Runtime API for one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export interface RuntimeApi {
  readonly address: string
  /** Settles when the process asks for its first event, or reports that it cannot. */
  readonly initialised: Promise<Outcome | undefined>
  /** Hands the event over when the process asks for one; the process answers one event at a time. */
  deliver(event: Event): Promise<Outcome>
  close(): void
}

const answerLimit = 6_291_556

const tooLarge: Outcome = {
  failed: true,
  payload: JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${answerLimit} bytes).`,
  }),
}

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const listening = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
    })
  })

const prefix = '/2018-06-01/runtime'

export const startRuntimeApi = async (): Promise<RuntimeApi> => {
  const initialised = Promise.withResolvers<Outcome | undefined>()
  let waiting: ServerResponse | undefined
  let queued: Event | undefined
  let current: { readonly requestId: string; readonly settle: (outcome: Outcome) => void } | undefined

  const handOver = (): void => {
    if (!waiting || !queued) return
    const { requestId, payload, functionArn, deadlineMs, clientContext } = queued
    waiting
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(deadlineMs),
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
        ...(clientContext === undefined ? {} : { 'lambda-runtime-client-context': clientContext }),
      })
      .end(payload)
    waiting = undefined
    queued = undefined
  }

  const settle = async (
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    failed: boolean,
  ): Promise<void> => {
    const payload = await text(request)
    if (current?.requestId !== id)
      return send(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' })
    const { settle: tell } = current
    current = undefined
    if (Buffer.byteLength(payload) > answerLimit) {
      send(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'Exceeded maximum allowed payload size' })
      return tell(tooLarge)
    }
    send(response, 202, { status: 'OK' })
    tell({ payload, failed })
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (request.method === 'GET' && path === `${prefix}/invocation/next`) {
      initialised.resolve(undefined)
      waiting = response
      return handOver()
    }
    if (request.method === 'POST' && path === `${prefix}/init/error`) {
      initialised.resolve({ payload: await text(request), failed: true })
      return send(response, 202, { status: 'OK' })
    }
    const [, id, end] = /\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (request.method === 'POST' && id && end) return settle(request, response, id, end === 'error')
    send(response, 404, { errorType: 'NotFound', errorMessage: path })
  })
  // `next` waits for the next event for as long as there is none.
  server.requestTimeout = 0
  server.headersTimeout = 0

  return {
    address: await listening(server),
    initialised: initialised.promise,
    deliver: event =>
      new Promise(resolve => {
        current = { requestId: event.requestId, settle: resolve }
        queued = event
        handOver()
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
