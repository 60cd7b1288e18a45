import { AwsError } from '../engine/aws-error.ts'
import { decode, type Incoming, queryValue } from './request.ts'
import { matchRest, type RestTable, readRestTable } from './route-rest.ts'
import { isS3, type Operation, type Protocol, type Service } from './service.ts'

/** Which operation, and how its caller spelled it: the protocol belongs to the request, not to the service. */
export interface Route {
  service: Service
  operation: Operation
  protocol: Protocol
  /** Decoded labels of the path, and the bucket in the host. */
  labels: Record<string, string>
}

export interface Router {
  /** The scope's service, when the request is signed. `form`: the fields of a form body. */
  route(incoming: Incoming, scope: string | undefined, form: URLSearchParams | undefined): Route
  /** The service that the request seems to be for, to word an early refusal. */
  guess(incoming: Incoming, scope: string | undefined): Service | undefined
}

/** The envelope is known from the headers alone, before there is an operation. */
export const protocolOf = (incoming: Incoming, scope: string | undefined): Protocol => {
  if (incoming.headers['x-amz-target'] !== undefined) return 'json'
  if (incoming.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor'
  if (isForm(incoming) || isQueryGet(incoming, scope)) return 'query'
  return scope === undefined || scope === 's3' ? 'rest-xml' : 'rest-json'
}

export const isForm = ({ method, path, headers }: Incoming): boolean =>
  method === 'POST' && path === '/' && /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '')

const isQueryGet = (incoming: Incoming, scope: string | undefined): boolean =>
  incoming.path === '/' &&
  scope !== 's3' &&
  incoming.query.some(([name]) => name === 'Action') &&
  incoming.query.some(([name]) => name === 'Version')

/** `names`: of all services of the endpoint, loaded or not. */
export const createRouter = (services: Service[], names: readonly string[]): Router => {
  const tables = new Map<Service, RestTable>(
    services.filter(service => service.protocol.startsWith('rest-')).map(service => [service, readRestTable(service)]),
  )
  const signedAs = (scope: string) => services.filter(service => service.signingName === scope)

  /** A target or a version may be shared by services; the signature's scope then tells. */
  const choose = (found: Service[], scope: string | undefined): Service | undefined =>
    found.find(service => service.signingName === scope) ?? found[0]

  const absent = (name: string): AwsError =>
    new AwsError(
      'NotImplemented',
      `The service '${name}' is not part of this endpoint, which has: ${names.join(', ')}.`,
      { status: 501 },
    )

  const rpc = (service: Service | undefined, name: string, protocol: Protocol, asked: string): Route => {
    const operation = service?.operation(name)
    if (service === undefined || operation === undefined) throw new AwsError('UnknownOperationException', asked)
    return { service, operation, protocol, labels: {} }
  }

  const json = (target: string, scope: string | undefined): Route => {
    const dot = target.lastIndexOf('.')
    const found = services.filter(service => service.target === target.slice(0, dot))
    if (found.length === 0 && scope !== undefined && signedAs(scope).length === 0) throw absent(scope)
    return rpc(choose(found, scope), target.slice(dot + 1), 'json', `Unknown operation: ${target}`)
  }

  const cbor = (path: string, scope: string | undefined): Route => {
    const [, target, name] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? []
    const found = services.filter(service => service.target === target)
    return rpc(choose(found, scope), name ?? '', 'cbor', `Unknown operation: ${path}`)
  }

  const query = (form: URLSearchParams, scope: string | undefined): Route => {
    const [action, version] = [form.get('Action'), form.get('Version')]
    if (action === null)
      throw new AwsError('MissingAction', 'The request is missing an action or a required parameter.')
    const found = services.filter(service => service.version === version)
    // CloudFormation's callers and others may leave the version out: the scope is enough.
    const service = choose(found, scope) ?? choose(scope === undefined ? [] : signedAs(scope), scope)
    if (service === undefined && scope !== undefined) throw absent(scope)
    const operation = service?.operation(action)
    if (service === undefined || operation === undefined) {
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
      )
    }
    return { service, operation, protocol: 'query', labels: {} }
  }

  const rest = (incoming: Incoming, scope: string | undefined): Route => {
    // Only S3 has callers that sign nothing.
    const found = [...tables.keys()].filter(service =>
      scope === undefined ? isS3(service) : service.signingName === scope,
    )
    if (found.length === 0) {
      if (scope === undefined || signedAs(scope).length === 0) throw absent(scope ?? 's3')
      throw new AwsError('UnknownOperationException', `Unknown operation: ${incoming.method} ${incoming.path}`)
    }
    for (const service of found) {
      const match = matchRest(tables.get(service)!, incoming)
      if (match) return { service, protocol: service.protocol, ...match }
    }
    if (found.some(isS3)) {
      decode(incoming.path)
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        status: 405,
      })
    }
    throw new AwsError('UnknownOperationException', `Unknown operation: ${incoming.method} ${incoming.path}`, {
      status: 404,
    })
  }

  return {
    route: (incoming, scope, form) => {
      const protocol = protocolOf(incoming, scope)
      if (protocol === 'json') return json(incoming.headers['x-amz-target']!, scope)
      if (protocol === 'cbor') return cbor(incoming.path, scope)
      if (protocol === 'query') return query(form ?? new URLSearchParams(incoming.query), scope)
      return rest(incoming, scope)
    },
    guess: (incoming, scope) => {
      const target = incoming.headers['x-amz-target']?.replace(/\.[^.]*$/, '')
      if (target !== undefined) return services.find(service => service.target === target)
      const version = queryValue(incoming, 'Version')
      if (version !== undefined) return services.find(service => service.version === version)
      return scope === undefined ? services.find(isS3) : signedAs(scope)[0]
    },
  }
}
