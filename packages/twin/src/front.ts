import type { IncomingMessage, ServerResponse } from 'node:http'
import { compatAnswer, strangerOf } from './compat.ts'
import { AwsError, because, type Cause, Interrupted, own, unwritable } from './engine/index.ts'
import {
  administratorOf,
  anonymous,
  type Call,
  causeOf,
  credential,
  type Door,
  type Env,
  type Gate,
  type OperatorKey,
  operatorOf,
  type Principal,
  principalOf,
  type Route,
  rootOf,
} from './gate/index.ts'
import { type Credential, peerOf, type Received } from './wire/index.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/CommonErrors.html: a temporary failure of the server */
const unavailable = (message: string) => new AwsError('ServiceUnavailable', message, { status: 503 })

const mostOperators = 1_000

/** Between wire and gate: whose key is it, and what call does it make. */
export interface Front {
  credential(accessKeyId: string): Credential | undefined
  answer(received: Received): Promise<unknown>
  /** Undefined: it is for AWS's API. */
  other(request: IncomingMessage, response: ServerResponse): Promise<boolean> | undefined
}

interface FrontOptions {
  seed: Uint8Array
  routes: Record<string, Route>
  /** Present: unknown keys are believed, and whoever asks may reset the twin. */
  compat?: { reset(): Promise<void> }
  /** TLS is spoken. */
  tls: boolean
}

export function front(env: Env, gate: Gate, { seed, routes, compat, tls }: FrontOptions): Front {
  const operators = new Map<string, OperatorKey>()
  /** Remembered: to compute it took 40 µs, twice a call. */
  const operatorWith = (accessKeyId: string): OperatorKey | undefined => {
    const known = operators.get(accessKeyId)
    if (known !== undefined) return known
    const operator = operatorOf(seed, accessKeyId)
    if (operators.size >= mostOperators) operators.clear()
    if (operator !== undefined) operators.set(accessKeyId, operator)
    return operator
  }

  const principal = (accessKeyId: string): Principal => {
    const operator = operatorWith(accessKeyId)
    const stranger = compat && operator === undefined ? strangerOf(env.store, accessKeyId) : undefined
    if (stranger !== undefined) return stranger
    if (operator === undefined) return principalOf(env.store, accessKeyId, env.clock)
    if (operator.root) return { ...rootOf(operator.account), accessKeyId }
    const { arn, id } = administratorOf(env.store, operator.account, env.clock.now())
    return { type: 'user', arn, account: operator.account, uniqueId: id, accessKeyId, cause: [] }
  }

  const secretOf = (accessKeyId: string): Credential | undefined => {
    const operator = operatorWith(accessKeyId)
    return operator === undefined ? credential(env.store, accessKeyId) : { secret: operator.secretAccessKey }
  }

  const admitted = (accessKeyId: string): Credential | undefined =>
    secretOf(accessKeyId) ??
    (compat && strangerOf(env.store, accessKeyId) ? { secret: '', unverified: true as const } : undefined)

  const doorFor = (request: IncomingMessage): Door => ({
    principal(accessKeyId, sessionToken) {
      const known = secretOf(accessKeyId)
      if (known === undefined || known.sessionToken !== sessionToken) return undefined
      if (known.expires !== undefined && known.expires <= env.clock.now()) return undefined
      return { principal: principal(accessKeyId), secret: known.secret }
    },
    enter: (service, name, input, as, region, cause) => {
      const requestId = env.ids.uuid()
      const chain: Cause = because(as.cause, { kind: 'request', id: requestId, name: `${service}:${name}` })
      const { sourceIp, secure } = peerOf(request, tls)
      return gate.invoke.any(as, service, name, input, { region, cause: cause ?? chain, sourceIp, secure })
    },
  })

  return {
    credential: admitted,
    async answer(received) {
      const done = env.works.busy()
      try {
        const as = received.accessKeyId === undefined ? anonymous : principal(received.accessKeyId)
        const call: Call = {
          service: received.service,
          operation: received.operation,
          principal: as,
          account: as.account,
          region: received.region,
          requestId: received.requestId,
          now: env.clock.now(),
          secure: received.secure,
          ...(received.tls !== undefined && { tls: received.tls }),
          sourceIp: received.sourceIp,
          userAgent: received.userAgent,
          via: [],
          cause: causeOf(as, received.requestId, `${received.service}:${received.operation}`),
        }
        return await gate.enter(call, received.input)
      } catch (error) {
        if (error instanceof Interrupted) throw unavailable('The twin is stopping.')
        const trouble = unwritable(error, env.directory)
        if (trouble === undefined) throw error
        env.log(`${received.service}:${received.operation} failed: ${trouble.message}`)
        throw unavailable(trouble.message)
      } finally {
        done()
      }
    },
    other(request, response) {
      const segment = (request.url ?? '/').split(/[/?]/, 2)[1] ?? ''
      const route = own(routes, segment)
      return compat === undefined && route === undefined ? undefined : otherwise(request, response, route)
    },
  }

  async function otherwise(request: IncomingMessage, response: ServerResponse, route: Route | undefined) {
    if (compat !== undefined && (await compatAnswer(request, response, compat.reset))) return true
    if (route === undefined) return false
    const done = env.works.busy()
    try {
      await route(request, response, env, doorFor(request))
    } finally {
      done()
    }
    return true
  }
}
