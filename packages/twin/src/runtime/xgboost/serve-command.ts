import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Answer, answerFor } from './answer.ts'
import { type Booster, predict } from './booster.ts'
import { readCsv } from './csv.ts'
import { readLibsvm } from './libsvm.ts'
import type { Matrix } from './matrix.ts'
import { readModel } from './model-json.ts'
import { type ContentType, contentTypeOf, type OptMl } from './opt-ml.ts'
import { type Selected, select } from './selection.ts'
import type { Console } from './train-command.ts'

interface Reply {
  readonly status: number
  readonly contentType?: string
  readonly body?: string
}

interface Serving {
  readonly booster: Booster
  readonly defaultAccept: string
  readonly selected: readonly string[]
  readonly maxBytes: number
}

const plain = (status: number, body: string): Reply => ({ status, contentType: 'text/plain; charset=utf-8', body })
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const readers: Readonly<Record<ContentType, (text: string, booster: Booster) => Matrix>> = {
  csv: readCsv,
  libsvm: (text, { features }) => readLibsvm(text, features),
}

const rows = ({ booster, selected }: Serving, matrix: Matrix): Selected[] => {
  if (matrix.columns !== booster.features)
    throw new Error(
      `Feature size of inference data ${matrix.columns} is not consistent with feature size of trained model ${booster.features}.`,
    )
  if (selected.length > 0) return select(booster, matrix, selected)
  return predict(booster, matrix).map(score => ({ score }))
}

/** Status rules of the XGBoost container: 204 nothing sent, 415 not readable, 406 not wanted, 400 not predictable. */
const invoke = (serving: Serving, request: IncomingMessage, body: Buffer): Reply => {
  if (body.length > serving.maxBytes) return plain(413, `The payload is larger than ${serving.maxBytes} bytes.`)
  if (body.length === 0) return { status: 204 }
  let matrix: Matrix
  try {
    matrix = readers[contentTypeOf(request.headers['content-type'] ?? 'text/csv')](
      body.toString('utf8'),
      serving.booster,
    )
  } catch (error) {
    return plain(415, reason(error))
  }
  const answer: Answer | undefined = answerFor(request.headers.accept, serving.defaultAccept)
  if (!answer) return plain(406, `Accept type ${request.headers.accept} is not supported.`)
  try {
    const predictions = rows(serving, matrix)
    return {
      status: 200,
      contentType: answer.contentType,
      body: answer.encode(predictions, serving.selected.length > 0),
    }
  } catch (error) {
    return plain(400, `Unable to evaluate payload provided: ${reason(error)}`)
  }
}

const routes: Readonly<Record<string, (serving: Serving, request: IncomingMessage, body: Buffer) => Reply>> = {
  'GET /ping': () => ({ status: 200 }),
  'POST /invocations': invoke,
  'GET /execution-parameters': ({ maxBytes }) => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify({
      MaxConcurrentTransforms: availableParallelism(),
      BatchStrategy: 'MULTI_RECORD',
      MaxPayloadInMB: Math.floor(maxBytes / (1024 * 1024)),
    }),
  }),
}

/** Reads all of the body, but keeps no more than one byte over the limit. */
const bodyOf = async (request: IncomingMessage, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size <= limit) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks)
}

const loadModel = ({ model }: OptMl): Booster => {
  const files = readdirSync(model, { withFileTypes: true }).filter(
    entry => entry.isFile() && !entry.name.startsWith('.'),
  )
  const file = files.find(entry => entry.name === 'xgboost-model') ?? files[0]
  if (!file) throw new Error(`Unable to load model: no file in ${model}`)
  return readModel(readFileSync(join(model, file.name), 'utf8'))
}

export const serveCommand = async (
  optMl: OptMl,
  environment: Readonly<Record<string, string | undefined>>,
  console: Console,
): Promise<Server> => {
  const serving: Serving = {
    booster: loadModel(optMl),
    defaultAccept: environment.SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT ?? 'text/csv',
    selected: (environment.SAGEMAKER_INFERENCE_OUTPUT ?? '').split(',').filter(key => key !== ''),
    maxBytes: Number(environment.MAX_CONTENT_LENGTH ?? 6 * 1024 * 1024),
  }
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request, serving.maxBytes)
    const path = (request.url ?? '/').split('?')[0]
    const route = routes[`${request.method} ${path}`]
    const reply = route ? route(serving, request, body) : plain(404, 'Not Found')
    if (path !== '/ping')
      console.print(`127.0.0.1 - "${request.method} ${path} HTTP/1.1" ${reply.status} ${reply.body?.length ?? 0}`)
    response.writeHead(reply.status, reply.contentType ? { 'content-type': reply.contentType } : {}).end(reply.body)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(environment.SAGEMAKER_BIND_TO_PORT ?? 8080), '127.0.0.1', resolve)
  })
  console.info('Model loaded successfully')
  return server
}
