import { services } from '../../packages/twin/src/catalogue.ts'
import { type Operation, readService, type Service } from '../../packages/twin/src/wire/service.ts'
import type { Parts } from './request.ts'

export type Schema = Operation['input']

/** One operation that the SDK knows, whether the twin has it or not. */
export interface SdkOperation {
  service: string
  name: string
  input: Schema
  /** Whether the twin's table lists it. */
  has: boolean
  /** As the SDK's own client would send it; throws where the client refuses to. */
  write(input: object): Promise<Parts>
}

export interface Sdk {
  operations: SdkOperation[]
  /** The words that the SDK knows for a member: its enumerations by name. */
  words: Map<string, string[]>
}

export async function readSdk(): Promise<Sdk> {
  const operations: SdkOperation[] = []
  const words = new Map<string, string[]>()
  for (const { name, signingName = name, sdk = [], operations: known } of services) {
    for (const load of sdk) {
      const part = await load()
      const service = readService({ name, signingName, load }, part)
      for (const operation of service.operations())
        operations.push(readOperation(service, operation, operation.name in known))
      for (const [word, shape] of Object.entries(part.module))
        if (isEnumeration(shape)) words.set(word.toLowerCase(), Object.values(shape))
    }
  }
  return { operations, words }
}

const isEnumeration = (shape: unknown): shape is Record<string, string> =>
  typeof shape === 'object' &&
  shape !== null &&
  Object.getPrototypeOf(shape) === Object.prototype &&
  Object.values(shape).every(word => typeof word === 'string')

function readOperation(service: Service, { name, schema, traits, input }: Operation, has: boolean): SdkOperation {
  const context = Object.assign(Object.create(service.context), {
    endpoint: async () => ({ protocol: 'http:', hostname: 'twin', path: '/' }),
  })
  const mirror = { namespace: service.namespace, name, traits, input: schema[4], output: 'unit' } as const
  return {
    service: service.name,
    name,
    input,
    has,
    async write(value) {
      return toParts(await service.client.serializeRequest(mirror, value, context), service.signingName, value)
    },
  }
}

const encode = encodeURIComponent

interface Written {
  method: string
  path: string
  query?: Record<string, string | string[] | null>
  headers: Record<string, string>
  body?: unknown
}

/** What S3's clients leave to the endpoint's rules: the bucket is the first segment of the path. */
function toParts({ method, path, query = {}, headers, body }: Written, service: string, value: object): Parts {
  const { Bucket } = value as { Bucket?: unknown }
  const inPath = service === 's3' && typeof Bucket === 'string' && Bucket !== '' ? `/${encode(Bucket)}${path}` : path
  const search = Object.entries(query).flatMap(([name, given]) =>
    [given ?? ''].flat().map(each => (each === '' ? encode(name) : `${encode(name)}=${encode(each)}`)),
  )
  const kept = Object.entries(headers)
    .map(([name, text]) => [name.toLowerCase(), text] as const)
    .filter(([name]) => name !== 'content-length' && name !== 'host')
  return {
    service,
    method,
    target: `${inPath}${search.length > 0 ? `?${search.join('&')}` : ''}`,
    headers: Object.fromEntries(kept),
    body: bytesOf(body as Uint8Array | string | undefined),
  }
}

/** A view: the SDK complains where one of its arrays is read as a text. */
const bytesOf = (body: Uint8Array | string = ''): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
