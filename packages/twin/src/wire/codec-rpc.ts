import { CborCodec } from '@smithy/core/cbor'
import { JsonCodec2 } from '@smithy/core/protocols'
import type { SerdeFunctions } from '@smithy/types'
import { AwsError } from '../engine/aws-error.ts'
import { type Codec, type Context, checkDepth, statusOf } from './codec.ts'
import { type Fault, faultShape } from './fault.ts'
import { queryCode } from './service.ts'

// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false })
/** One for all: what it writes it hands over whole, before the next one writes. */
const serializer = codec.createSerializer()
const deserializer = codec.createDeserializer()

const contentType = ({ incoming }: Context): string => {
  const sent = incoming.headers['content-type'] ?? ''
  return /^application\/x-amz-json-1\.[01]$/.test(sent) ? sent : 'application/x-amz-json-1.1'
}

/** Services that once spoke query repeat the old code, but only to callers that ask: the CLI would believe it. */
const queryError = ({ schema, sender }: Fault, { incoming }: Context): Record<string, string> =>
  schema !== undefined && incoming.headers['x-amzn-query-mode'] === 'true'
    ? { 'x-amzn-query-error': `${queryCode(schema)};${sender ? 'Sender' : 'Receiver'}` }
    : {}

export const json: Codec = {
  decode: async ({ route, body }) => {
    const text = body.toString()
    if (!/^\s*(\{|$)/.test(text)) throw new AwsError('MalformedInput', 'The input must be a JSON object.')
    checkDepth(text)
    return deserializer.read(route.operation.input, text)
  },
  encode: async ({ operation }, output, context) => {
    if (!operation.output.isUnitSchema()) serializer.write(operation.output, output)
    return {
      status: statusOf(output, 200),
      headers: { 'content-type': contentType(context), 'x-amzn-requestid': context.requestId },
      body: operation.output.isUnitSchema() ? '{}' : serializer.flush(),
    }
  },
  fault: (fault, _service, context) => {
    const { shape, value } = faultShape(fault, { name: fault.code, head: { __type: fault.code }, loose: 15 })
    serializer.write(shape, value)
    return {
      status: fault.status,
      headers: {
        'content-type': contentType(context),
        'x-amzn-requestid': context.requestId,
        ...queryError(fault, context),
      },
      body: serializer.flush(),
    }
  },
}

// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
const binary = new CborCodec()
const CBOR = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }

export const cbor: Codec = {
  decode: async ({ route, body }) => {
    const bytes = body as Buffer
    binary.setSerdeContext(route.service.context as SerdeFunctions)
    return bytes.length === 0 ? {} : binary.createDeserializer().read(route.operation.input, bytes)
  },
  encode: async ({ operation, service }, output, { requestId }) => {
    binary.setSerdeContext(service.context as SerdeFunctions)
    const serializer = binary.createSerializer()
    if (!operation.output.isUnitSchema()) serializer.write(operation.output, output)
    return {
      status: statusOf(output, 200),
      headers: { ...CBOR, 'x-amzn-requestid': requestId },
      body: operation.output.isUnitSchema() ? undefined : serializer.flush(),
    }
  },
  fault: (fault, service, context) => {
    const type = fault.schema === undefined ? fault.code : `${fault.schema[1]}#${fault.code}`
    const { shape, value } = faultShape(fault, { name: fault.code, head: { __type: type }, loose: 15 })
    if (service !== undefined) binary.setSerdeContext(service.context as SerdeFunctions)
    const serializer = binary.createSerializer()
    serializer.write(shape, value)
    return {
      status: fault.status,
      headers: { ...CBOR, 'x-amzn-requestid': context.requestId, ...queryError(fault, context) },
      body: serializer.flush(),
    }
  },
}
