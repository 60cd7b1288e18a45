import { NormalizedSchema } from '@smithy/core/schema'
import type {
  $ClientProtocol,
  EndpointBearer,
  HandlerExecutionContext,
  HttpRequest,
  HttpResponse,
  SchemaTraitsObject,
  SerdeFunctions,
  StaticErrorSchema,
  StaticOperationSchema,
} from '@smithy/types'

/** The SDK's own client package: the whole description of a service's protocol. */
export interface Sdk {
  /** `import * as` of the package. */
  module: object
  client: new (config: never) => object
}

/** A service to speak for. */
export interface WireService {
  name: string
  /** As SigV4's scope names it. */
  signingName: string
  load(): Promise<Sdk>
}

export interface Operation {
  name: string
  schema: StaticOperationSchema
  input: NormalizedSchema
  output: NormalizedSchema
  traits: SchemaTraitsObject
  /** The input member whose bytes are handed on as a stream. */
  streams: boolean
}

type SerdeContext = SerdeFunctions & HandlerExecutionContext & EndpointBearer
type ClientProtocol = $ClientProtocol<HttpRequest, HttpResponse>
export type Protocol = 'json' | 'cbor' | 'query' | 'rest-json' | 'rest-xml'

export interface Service {
  name: string
  signingName: string
  namespace: string
  target: string
  version: string
  xmlNamespace: string
  /** The client's own; CloudWatch's callers may come with others. */
  protocol: Protocol
  client: ClientProtocol
  context: SerdeContext
  operation(name: string): Operation | undefined
  operations(): Operation[]
  /** Modelled errors by shape name and by query code. */
  error(code: string): StaticErrorSchema | undefined
}

interface ClientConfig extends SerdeFunctions {
  protocol: ClientProtocol
  defaultSigningName: string
  protocolSettings: { defaultNamespace: string; xmlNamespace?: string; version?: string; serviceTarget?: string }
}

const PROTOCOLS: Record<string, Protocol> = {
  'aws.protocols#awsJson1_0': 'json',
  'aws.protocols#awsJson1_1': 'json',
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#restJson1': 'rest-json',
  'aws.protocols#restXml': 'rest-xml',
  'smithy.protocols#rpcv2Cbor': 'cbor',
}

export const isS3 = (service: Service | undefined): boolean => service?.protocol === 'rest-xml'

const unused = { region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }

export const readService = ({ name, signingName }: WireService, { module, client }: Sdk): Service => {
  const { config } = new client(unused as never) as { config: ClientConfig }
  if (config.defaultSigningName !== signingName) throw new Error(`${name} is signed as ${config.defaultSigningName}`)
  const { protocolSettings: settings, protocol } = config
  const kind = PROTOCOLS[protocol.getShapeId()]
  if (kind === undefined) throw new Error(`${name}: no codec for ${protocol.getShapeId()}`)
  protocol.setSerdeContext(config)
  const operations = new Map<string, StaticOperationSchema>()
  const errors = new Map<string, StaticErrorSchema>()
  for (const shape of Object.values(module)) {
    if (!Array.isArray(shape) || shape[1] !== settings.defaultNamespace) continue
    if (shape[0] === 9) operations.set(shape[2], shape as StaticOperationSchema)
    if (shape[0] === -3) indexError(errors, shape as StaticErrorSchema)
  }
  const read = new Map<string, Operation>()
  const operation = (wanted: string): Operation | undefined => {
    const known = read.get(wanted)
    const schema = operations.get(wanted)
    if (known !== undefined || schema === undefined) return known
    const fresh = readOperation(schema)
    read.set(wanted, fresh)
    return fresh
  }
  return {
    name,
    signingName,
    namespace: settings.defaultNamespace,
    target: settings.serviceTarget ?? '',
    version: settings.version ?? '',
    xmlNamespace: settings.xmlNamespace ?? '',
    protocol: kind,
    client: protocol,
    // A server has no endpoint to resolve: the protocol then leaves method, host and path alone.
    context: Object.assign(Object.create(config), { endpoint: async () => undefined }) as SerdeContext,
    operation,
    operations: () => [...operations.keys()].map(key => operation(key)!),
    error: code => errors.get(code),
  }
}

const indexError = (errors: Map<string, StaticErrorSchema>, schema: StaticErrorSchema): void => {
  errors.set(schema[2], schema)
  const query = queryCode(schema)
  if (!errors.has(query)) errors.set(query, schema)
}

/** Query errors travel under codes that are not the shapes' names: `NoSuchEntity`, not `NoSuchEntityException`. */
export const queryCode = (schema: StaticErrorSchema): string => queryTrait(schema)?.[0] ?? schema[2]
export const queryStatus = (schema: StaticErrorSchema): number | undefined => queryTrait(schema)?.[1]

const queryTrait = (schema: StaticErrorSchema) =>
  NormalizedSchema.of(schema).getMergedTraits().awsQueryError as [string, number] | undefined

const readOperation = (schema: StaticOperationSchema): Operation => {
  const input = NormalizedSchema.of(schema[4])
  const members = input.isStructSchema() ? [...input.structIterator()] : []
  return {
    name: schema[2],
    schema,
    input,
    output: NormalizedSchema.of(schema[5]),
    // Operation schemas are no shapes to NormalizedSchema, and their traits are always written out.
    traits: typeof schema[3] === 'object' ? schema[3] : {},
    streams: members.some(([, member]) => member.isStreaming() && member.isBlobSchema()),
  }
}
