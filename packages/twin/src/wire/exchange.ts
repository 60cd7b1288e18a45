import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AwsError } from '../engine/aws-error.ts'
import { checkAnonymous, checkClaim, checkSignature } from './authenticate.ts'
import { type BodyStream, collect, drain, isChunked, openBody, readAll } from './body.ts'
import { type Claim, readClaim } from './claim.ts'
import type { Answer, Codec, Output } from './codec.ts'
import { query } from './codec-query.ts'
import { restJson, restXml } from './codec-rest.ts'
import { cbor, json } from './codec-rpc.ts'
import { readFault } from './fault.ts'
import type { Received, WireOptions } from './options.ts'
import { type Incoming, queryValue, readIncoming } from './request.ts'
import { isForm, protocolOf, type Route } from './route.ts'
import { createRouters } from './routers.ts'
import { isS3, type Protocol, type Service } from './service.ts'
import { type Seed, seedOf, sha256 } from './sigv4.ts'
import { validate } from './validate.ts'

const CODECS: Record<Protocol, Codec> = { json, cbor, query, 'rest-json': restJson, 'rest-xml': restXml }

type Exchange = (message: IncomingMessage, response: ServerResponse) => Promise<void>

/** One request from its first header to its answer: claim → route → signature → body → input → answer. */
export const createExchange = (options: WireOptions): Exchange => {
  const routers = createRouters(options.services)
  return async (message, response) => {
    const requestId = options.requestId()
    let incoming: Incoming | undefined
    let service: Service | undefined
    let protocol: Protocol = 'rest-json'
    let body: BodyStream | undefined
    let answer: Answer
    try {
      incoming = readIncoming(message)
      const scope = scopeOf(incoming)
      protocol = protocolOf(incoming, scope)
      const router = await routers(incoming, scope)
      service = router.guess(incoming, scope)
      const claim = readClaim(incoming)
      const early = isForm(incoming) ? await collect(incoming) : undefined
      const form = early && new URLSearchParams(early.toString())
      const route = router.route(incoming, scope, form)
      ;({ service, protocol } = route)
      body = await admit(options, incoming, claim, route, early)
      const context = { incoming, requestId }
      const input = await read(CODECS[protocol], { incoming, route, form, body })
      validate(route.operation, input)
      const output = await options.answer(received(incoming, claim, route, input, requestId))
      answer = await CODECS[protocol].encode(route, (output ?? {}) as Output, context)
    } catch (error) {
      const fault = readFault(error, service, protocol, thrown => options.unexpected?.(thrown))
      incoming ??= blank(message)
      answer = CODECS[protocol].fault(fault, service, { incoming, requestId })
      Object.assign(answer.headers, fault.headers)
    }
    // A client whose clock differs signs by this one, once it was refused.
    answer.headers.date = new Date(options.now()).toUTCString()
    await send(message, response, answer)
    drain(incoming, body)
  }
}

/** The service that the request says it is for, read leniently: only to choose an envelope and a table. */
const scopeOf = (incoming: Incoming): string | undefined => {
  const credential =
    /Credential=([^,\s]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? queryValue(incoming, 'X-Amz-Credential')
  return credential?.split('/').at(-2)
}

/** A request line that cannot be read still wants an answer. */
const blank = (message: IncomingMessage): Incoming => ({
  message,
  method: message.method ?? 'GET',
  path: '/',
  query: [],
  headers: {},
  host: '',
  sourceIp: '',
  tls: undefined,
  secure: false,
})

/** Verifies, and opens the body: whole bodies are verified with their digest, streams with the digest they announce. */
const admit = async (
  options: WireOptions,
  incoming: Incoming,
  claim: Claim | undefined,
  { service, operation }: Route,
  early: Buffer | undefined,
): Promise<BodyStream> => {
  const checksums = 'httpChecksum' in operation.traits
  if (claim === undefined) {
    checkAnonymous(service, operation)
    return openBody(incoming, { collected: early, seed: undefined, checksums })
  }
  const { secret, unverified } = checkClaim(service, claim, options.credential(claim.accessKeyId), options.now())
  const announced =
    incoming.headers['x-amz-content-sha256'] ??
    queryValue(incoming, 'X-Amz-Content-Sha256') ??
    (claim.presigned && isS3(service) ? 'UNSIGNED-PAYLOAD' : undefined)
  // Only S3 believes the header, and checks it later; the others compute what was signed.
  const trusted = announced !== undefined && (isS3(service) || (operation.streams && !/^[0-9a-f]{64}$/.test(announced)))
  const collected = trusted ? early : (early ?? (await collect(incoming)))
  if (unverified) return openBody(incoming, { collected, seed: undefined, checksums })
  checkSignature(service, incoming, claim, secret, trusted ? announced : sha256(collected ?? ''))
  const signed = isChunked(incoming) && (announced ?? '').startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
  const seed: Seed | undefined = signed ? seedOf(claim, secret) : undefined
  return openBody(incoming, { collected, seed, checksums })
}

const read = async (
  codec: Codec,
  request: { incoming: Incoming; route: Route; form: URLSearchParams | undefined; body: BodyStream },
) => {
  const { incoming, route, form, body } = request
  const content = route.operation.streams ? body : await readAll(body)
  try {
    return await codec.decode({ incoming, route, form, body: content })
  } catch (error) {
    if (error instanceof AwsError) throw error
    throw new AwsError(
      'MalformedInput',
      error instanceof Error ? `The input could not be read: ${error.message}` : 'The input could not be read',
    )
  }
}

const received = (
  incoming: Incoming,
  claim: Claim | undefined,
  { service, operation }: Route,
  input: unknown,
  requestId: string,
): Received => ({
  service: service.name,
  operation: operation.name,
  input,
  region: claim?.region ?? 'us-east-1',
  ...(claim && { accessKeyId: claim.accessKeyId, signedAt: claim.signedAt }),
  ...(claim?.token !== undefined && { sessionToken: claim.token }),
  presigned: claim?.presigned ?? false,
  requestId,
  secure: incoming.secure,
  ...(incoming.tls !== undefined && { tls: incoming.tls }),
  sourceIp: incoming.sourceIp,
  userAgent: incoming.headers['user-agent'] ?? '',
  host: incoming.host,
  headers: incoming.headers,
})

const BODILESS = new Set([204, 304])

const send = async (
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
): Promise<void> => {
  const silent = message.method === 'HEAD' || BODILESS.has(status)
  if (body instanceof Readable) {
    response.writeHead(status, headers)
    if (silent) {
      body.destroy()
      response.end()
      return
    }
    // Half an answer is worse than a broken connection: the client then knows.
    await pipeline(body, response).catch(() => response.destroy())
    return
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0))
  if (!silent) headers['content-length'] = String(bytes.byteLength)
  response.writeHead(status, headers)
  response.end(silent ? undefined : bytes)
}
