import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import { FromStringShapeDeserializer, HttpResponse, JsonCodec2 } from '@smithy/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'
import type { $SchemaRef, StaticStructureSchema } from '@smithy/types'
import { type Answer, type Codec, type Context, checkDepth, type Output, type Request, statusOf } from './codec.ts'
import { xmlSettings } from './codec-query.ts'
import { type Fault, faultShape } from './fault.ts'
import type { Operation, Service } from './service.ts'

// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html, …/aws-restxml-protocol.html
// A client writes requests and reads answers; its own protocol does a server's work when input and output change places.

const strings = new FromStringShapeDeserializer({ timestampFormat: { useTrait: true, default: 5 }, httpBindings: true })

const mirrors = new WeakMap<Operation, $SchemaRef>()

/** The input without its label and query members: a client would look for those in the body, and consume a stream doing so. */
const bodyAndHeaders = (operation: Operation): $SchemaRef => {
  const known = mirrors.get(operation)
  if (known !== undefined) return known
  const schema = operation.input.getSchema() as StaticStructureSchema
  const kept = [...operation.input.structIterator()].filter(([, member]) => !inUri(member)).map(([name]) => name)
  const members = kept.map(name => schema[5][schema[4].indexOf(name)]!)
  const mirror: StaticStructureSchema = [3, schema[1], schema[2], schema[3], kept, members]
  mirrors.set(operation, mirror)
  return mirror
}

const inUri = (member: NormalizedSchema): boolean => {
  const { httpLabel, httpQuery, httpQueryParams } = member.getMergedTraits()
  return Boolean(httpLabel || httpQuery || httpQueryParams)
}

const readUri = ({ incoming, route: { operation, labels } }: Request, input: Output): void => {
  const literal = new Set((operation.traits.http?.[1].split('?')[1] ?? '').split('&').map(pair => pair.split('=')[0]))
  const taken = new Set(literal)
  for (const [name, member] of operation.input.structIterator()) {
    const { httpLabel, httpQuery } = member.getMergedTraits()
    if (httpLabel && labels[name] !== undefined) input[name] = strings.read(member, labels[name])
    if (!httpQuery) continue
    taken.add(httpQuery)
    const values = incoming.query.filter(([key]) => key === httpQuery).map(([, value]) => value)
    if (values.length === 0) continue
    input[name] = member.isListSchema()
      ? values.map(value => strings.read(member.getValueSchema(), value))
      : strings.read(member, values[0]!)
  }
  for (const [name, member] of operation.input.structIterator()) {
    if (!member.getMergedTraits().httpQueryParams) continue
    const lists = member.getValueSchema().isListSchema()
    const rest: Record<string, string | string[]> = Object.create(null)
    for (const [key, value] of incoming.query) {
      if (!taken.has(key)) rest[key] = lists ? [...(rest[key] ?? []), value] : value
    }
    input[name] = { ...rest }
  }
}

/** Signers move `x-amz-*` headers into a presigned URL's query. Its checksums are those of the empty body that was signed. */
const hoisted = (query: [string, string][]): Record<string, string> =>
  Object.fromEntries(
    query
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) =>
        /^x-amz-(?!algorithm|credential|date|expires|sign|security-token|checksum|sdk-|content-)/.test(name),
      ),
  )

const decode = async (request: Request): Promise<unknown> => {
  const { incoming, route, body } = request
  const { service, operation } = route
  if (operation.input.isUnitSchema()) return {}
  const headers = { ...hoisted(incoming.query), ...incoming.headers }
  // The transfer's own encoding is no property of what is transferred.
  const encodings = headers['content-encoding']?.split(',').map(name => name.trim()) ?? []
  if (encodings.includes('aws-chunked')) {
    headers['content-encoding'] = encodings.filter(name => name !== 'aws-chunked').join(',')
    if (headers['content-encoding'] === '') delete headers['content-encoding']
  }
  if (headers['x-amz-decoded-content-length'] !== undefined) {
    headers['content-length'] = headers['x-amz-decoded-content-length']
  }
  const mirror = {
    namespace: service.namespace,
    name: operation.name,
    traits: 0,
    input: 'unit',
    output: bodyAndHeaders(operation),
  } as const
  const response = new HttpResponse({ statusCode: 200, headers, body })
  const read = (await service.client.deserializeResponse(mirror, service.context, response)) as unknown as Output
  delete read.$metadata
  const input = Object.fromEntries(Object.entries(read).filter(([, value]) => value != null))
  readUri(request, input)
  return input
}

const responseCode = ({ output }: Operation, value: Output): number | undefined => {
  if (output.isUnitSchema()) return undefined
  for (const [name, member] of output.structIterator()) {
    if (member.getMergedTraits().httpResponseCode) return value[name] as number | undefined
  }
  return undefined
}

const encode = async (
  { service, operation }: { service: Service; operation: Operation },
  output: Output,
): Promise<Answer> => {
  const mirror = {
    namespace: service.namespace,
    name: operation.name,
    traits: 0,
    input: operation.schema[5],
    output: 'unit',
  } as const
  const { headers, body } = await service.client.serializeRequest(mirror, output, service.context)
  const status = responseCode(operation, output) ?? statusOf(output, operation.traits.http?.[2] ?? 200)
  return { status, headers: { ...headers }, body }
}

const restCodec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true })

const boundHeaders = ({ schema, members }: Fault): Record<string, string> => {
  const headers: Record<string, string> = {}
  schema?.[4].forEach((name, index) => {
    const ref = schema[5][index] as [unknown, { httpHeader?: string } | number] | number
    const bound = Array.isArray(ref) && typeof ref[1] === 'object' ? ref[1].httpHeader : undefined
    if (bound === undefined || members[name] == null) return
    headers[bound.toLowerCase()] = String(members[name])
    delete members[name]
  })
  return headers
}

export const restJson: Codec = {
  decode: request => {
    const { input } = request.route.operation
    const payload = input.isUnitSchema()
      ? []
      : [...input.structIterator()].filter(([, member]) => member.getMergedTraits().httpPayload)
    const structured = payload.every(([, member]) => member.isStructSchema() || member.isDocumentSchema())
    if (structured && Buffer.isBuffer(request.body)) checkDepth(request.body.toString())
    return decode(request)
  },
  encode: async (route, output, { requestId }) => {
    const answer = await encode(route, output)
    answer.headers['x-amzn-requestid'] = requestId
    return answer
  },
  fault: (thrown, _service, { requestId }) => {
    const fault = { ...thrown, members: { ...thrown.members } }
    const headers = boundHeaders(fault)
    const { shape, value } = faultShape(fault, { name: fault.code, head: {}, loose: 15 })
    const serializer = restCodec.createSerializer()
    serializer.write(shape, value)
    return {
      status: fault.status,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'x-amzn-errortype': fault.code,
        'x-amzn-requestid': requestId,
      },
      body: serializer.flush(),
    }
  },
}

const s3Ids = ({ requestId, incoming }: Context): Record<string, string> => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': Buffer.from(`${requestId} ${incoming.method}`).toString('base64'),
})

/** The one answer whose root is the value itself, without a wrapper: the model's `s3UnwrappedXmlOutput`. */
const bucketLocation = (service: Service, location: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="${service.xmlNamespace}">${String(location ?? '')}</LocationConstraint>`,
})

export const restXml: Codec = {
  decode,
  encode: async (route, output, context) => {
    const answer =
      route.operation.name === 'GetBucketLocation'
        ? bucketLocation(route.service, output.LocationConstraint)
        : await encode(route, output)
    Object.assign(answer.headers, s3Ids(context))
    return answer
  },
  fault: (fault, _service, context) => {
    const ids = s3Ids(context)
    const tail = { RequestId: context.requestId, HostId: ids['x-amz-id-2']! }
    const { shape, value } = faultShape(fault, {
      name: 'Error',
      head: { Code: fault.code },
      tail,
      messageName: 'Message',
      loose: 0,
    })
    // No xmlns here: botocore would then read an empty code.
    const serializer = new XmlShapeSerializer(xmlSettings(undefined))
    serializer.write(shape, value)
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n${String(serializer.flush())}`
    return { status: fault.status, headers: { 'content-type': 'application/xml', ...ids }, body }
  },
}
