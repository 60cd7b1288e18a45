import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols'
import type { StaticStructureSchema } from '@smithy/types'
import { AwsError } from '../engine/aws-error.ts'
import { type Codec, statusOf } from './codec.ts'
import { faultShape } from './fault.ts'
import type { Operation, Service } from './service.ts'

// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

export const xmlSettings = (service: Service | undefined) => ({
  xmlNamespace: service?.xmlNamespace ?? '',
  serviceNamespace: service?.namespace ?? '',
  timestampFormat: { useTrait: true, default: 5 as const },
  httpBindings: false,
})

const METADATA: StaticStructureSchema = [3, 'wire', 'ResponseMetadata', 0, ['RequestId'], [0]]

const envelopes = new WeakMap<Operation, StaticStructureSchema>()

const envelopeOf = (service: Service, operation: Operation): StaticStructureSchema => {
  const known = envelopes.get(operation)
  if (known !== undefined) return known
  const { name, schema } = operation
  const unit = operation.output.isUnitSchema()
  const names = [...(unit ? [] : [`${name}Result`]), 'ResponseMetadata']
  const members = [...(unit ? [] : [schema[5]]), () => METADATA]
  const envelope: StaticStructureSchema = [3, service.namespace, `${name}Response`, 0, names, members]
  envelopes.set(operation, envelope)
  return envelope
}

const write = (service: Service | undefined, shape: StaticStructureSchema, value: unknown): string => {
  const serializer = new XmlShapeSerializer(xmlSettings(service))
  serializer.write(shape, value)
  return String(serializer.flush())
}

type Tree = { [name: string]: Tree | string } | (Tree | string)[]

/**
 * `A.member.1.B=x` is `<A><member><B>x</B></member></A>`: the form's names, split at their dots, make
 * exactly the tree that the SDK's XML reader takes, so lists, maps and blobs need no code of ours.
 */
const unflatten = (form: URLSearchParams): Tree => {
  const root: { [name: string]: Tree | string } = Object.create(null)
  for (const [name, value] of form) {
    const path = name.split('.')
    if (path.length > 100) throw new AwsError('MalformedInput', 'A parameter is nested deeper than 100 levels.')
    const last = path.pop()!
    let node = root
    for (const step of path) {
      if (typeof node[step] !== 'object') node[step] = Object.create(null) as typeof root
      node = node[step] as typeof root
    }
    node[last] ??= value
  }
  return numbered(root)
}

const numbered = (node: { [name: string]: Tree | string }): Tree => {
  const names = Object.keys(node)
  for (const name of names) {
    const child = node[name]!
    if (typeof child === 'object') node[name] = numbered(child as typeof node)
  }
  if (names.length === 0 || !names.every(name => /^\d+$/.test(name))) return node
  return names.sort((a, b) => Number(a) - Number(b)).map(name => node[name]!)
}

export const query: Codec = {
  decode: async ({ incoming, route: { service, operation }, form }) => {
    const fields = unflatten(form ?? new URLSearchParams(incoming.query))
    return new XmlShapeDeserializer(xmlSettings(service)).readSchema(operation.input, fields) ?? {}
  },
  encode: async ({ service, operation }, output, { requestId }) => {
    const body = write(service, envelopeOf(service, operation), {
      [`${operation.name}Result`]: output,
      ResponseMetadata: { RequestId: requestId },
    })
    return {
      status: statusOf(output, 200),
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body,
    }
  },
  fault: (fault, service, { requestId }) => {
    const head = { Type: fault.sender ? 'Sender' : 'Receiver', Code: fault.code }
    const { shape, value } = faultShape(fault, { name: 'Error', head, messageName: 'Message', loose: 0 })
    const envelope: StaticStructureSchema = [3, 'wire', 'ErrorResponse', 0, ['Error', 'RequestId'], [() => shape, 0]]
    return {
      status: fault.status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: write(service, envelope, { Error: value, RequestId: requestId }),
    }
  },
}
