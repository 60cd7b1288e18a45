import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AwsError } from '../engine/aws-error.ts'
import { checkAnonymous, checkClaim, checkSignature } from './authenticate.ts'
import { type BodyStream, checkBody, collect, drain, isChunked, openBody, readAll } from './body.ts'
import { type Claim, readClaim } from './claim.ts'
import type { Answer, Codec, Output } from './codec.ts'
import { query } from './codec-query.ts'
import { restJson, restXml } from './codec-rest.ts'
import { cbor, json } from './codec-rpc.ts'
import { readFault } from './fault.ts'
import { makeFit, refuseUnfit } from './fit-headers.ts'
import type { Received, WireOptions } from './options.ts'
import { type Incoming, queryValue, readIncoming } from './request.ts'
import { isForm, protocolOf, type Route, type Router } from './route.ts'
import { createRouters } from './routers.ts'
import { isS3, type Protocol } from './service.ts'
import { type Seed, seedOf, sha256 } from './sigv4.ts'
import { validate } from './validate.ts'

const CODECS: Record<Protocol, Codec> = { json, cbor, query, 'rest-json': restJson, 'rest-xml': restXml }

type Exchange = (message: IncomingMessage, response: ServerResponse) => Promise<void>

/** One request from its first header to its answer: claim → route → signature → body → input → answer. */
export const createExchange = (options: WireOptions): Exchange => {
  const routers = createRouters(options.services)
  const date = httpDate()
  return async (message, response) => {
    const requestId = options.requestId()
    let incoming: Incoming | undefined
    let router: Router | undefined
    let scope: string | undefined
    let route: Route | undefined
    let protocol: Protocol = 'rest-json'
    let body: BodyStream | Buffer | undefined
    let answer: Answer
    try {
      incoming = readIncoming(message, options.tls !== undefined)
      scope = scopeOf(incoming)
      protocol = protocolOf(incoming, scope)
      router = await routers(incoming, scope)
      const claim = readClaim(incoming)
      const early = isForm(incoming) ? await collect(incoming) : undefined
      const form = early && new URLSearchParams(early.toString())
      route = router.route(incoming, scope, form)
      protocol = route.protocol
      body = await admit(options, incoming, claim, route, early)
      const context = { incoming, requestId }
      const input = await read(CODECS[protocol], { incoming, route, form, body })
      validate(route.operation, input)
      const output = await options.answer(received(incoming, claim, route, input, requestId))
      answer = refuseUnfit(await CODECS[protocol].encode(route, (output ?? {}) as Output, context))
    } catch (error) {
      // The client has gone in the middle of its body: nobody is there to be answered.
      if (error === message.errored) return void response.destroy()
      const service = route?.service ?? (incoming && router?.guess(incoming, scope))
      const fault = readFault(error, service, protocol, thrown => options.unexpected?.(thrown))
      incoming ??= blank(message)
      answer = CODECS[protocol].fault(fault, service, { incoming, requestId })
      Object.assign(answer.headers, fault.headers)
      makeFit(answer)
    }
    // A client whose clock differs signs by this one, once it was refused.
    answer.headers.date = date(options.now())
    await send(message, response, answer)
    drain(incoming, body)
  }
}

/** Written once a second. */
const httpDate = () => {
  let second = Number.NaN
  let text = ''
  return (now: number): string => {
    if (Math.floor(now / 1000) === second) return text
    second = Math.floor(now / 1000)
    text = new Date(now).toUTCString()
    return text
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
): Promise<BodyStream | Buffer> => {
  const checksums = 'httpChecksum' in operation.traits
  const open = async (collected: Buffer | undefined, seed?: Seed) =>
    operation.streams || isChunked(incoming)
      ? openBody(incoming, { collected, seed, checksums })
      : checkBody(incoming, collected ?? (await collect(incoming)), checksums)
  if (claim === undefined) {
    checkAnonymous(service, operation)
    return open(early)
  }
  const { secret, unverified } = checkClaim(service, claim, options.credential(claim.accessKeyId), options.now())
  const announced =
    incoming.headers['x-amz-content-sha256'] ??
    queryValue(incoming, 'X-Amz-Content-Sha256') ??
    (claim.presigned && isS3(service) ? 'UNSIGNED-PAYLOAD' : undefined)
  // Only S3 believes the header, and checks it later; the others compute what was signed.
  const trusted = announced !== undefined && (isS3(service) || (operation.streams && !/^[0-9a-f]{64}$/.test(announced)))
  const collected = trusted ? early : (early ?? (await collect(incoming)))
  if (unverified) return open(collected)
  checkSignature(service, incoming, claim, secret, trusted ? announced : sha256(collected ?? ''))
  const signed = isChunked(incoming) && (announced ?? '').startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
  return open(collected, signed ? seedOf(claim, secret) : undefined)
}

const read = async (
  codec: Codec,
  request: { incoming: Incoming; route: Route; form: URLSearchParams | undefined; body: BodyStream | Buffer },
) => {
  const { incoming, route, form, body } = request
  const content = Buffer.isBuffer(body) || route.operation.streams ? body : await readAll(body)
  try {
    return await codec.decode({ incoming, route, form, body: content })
  } catch (error) {
    if (error instanceof AwsError) throw error
    throw new AwsError('MalformedInput', `The input could not be read${reasonOf(error)}`)
  }
}

/** A reader that ran out of stack or met what it never thought of says nothing that its caller could use. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && ![RangeError, SyntaxError, TypeError].some(kind => error instanceof kind)
    ? `: ${error.message}`
    : '.'

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
    if (!body.readableObjectMode && String(body.readableLength) === headers['content-length']) {
      // All of it is here: a pipeline would cost more than it.
      response.end(body.read())
      return
    }
    // Half an answer is worse than a broken connection: the client then knows.
    await pipeline(body, response).catch(() => response.destroy())
    return
  }
  // A text goes out in one piece with its head.
  const content = body ?? ''
  if (!silent) headers['content-length'] = String(Buffer.byteLength(content))
  // Here, where somebody hears of what it throws.
  response.writeHead(status, headers)
  // Together with the other answers of this turn of the loop: for each by itself the client was woken, 30 µs a call.
  setImmediate(() => response.end(silent ? undefined : content))
}
