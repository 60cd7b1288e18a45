import { NormalizedSchema } from '@smithy/core/schema'
import type { StaticErrorSchema } from '@smithy/types'
import { AwsError } from '../engine/aws-error.ts'
import { own } from '../engine/own.ts'
import { type Protocol, queryCode, queryStatus, type Service } from './service.ts'

/** An error on its way out, whichever way it was thrown. */
export interface Fault {
  code: string
  message: string
  status: number
  sender: boolean
  members: Record<string, unknown>
  headers: Record<string, string>
  /** Of a modelled error. */
  schema: StaticErrorSchema | undefined
}

type Spelling = [code: string, status: number]

/**
 * What the front doors of AWS call the same refusal: query services (the key), JSON services, S3.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/CommonErrors.html, https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const SPELLINGS: Record<string, { json: Spelling; s3: Spelling }> = {
  InvalidClientTokenId: { json: ['UnrecognizedClientException', 403], s3: ['InvalidAccessKeyId', 403] },
  SignatureDoesNotMatch: { json: ['InvalidSignatureException', 403], s3: ['SignatureDoesNotMatch', 403] },
  MissingAuthenticationToken: { json: ['MissingAuthenticationTokenException', 403], s3: ['AccessDenied', 403] },
  IncompleteSignature: { json: ['IncompleteSignatureException', 400], s3: ['AuthorizationHeaderMalformed', 400] },
  ExpiredToken: { json: ['ExpiredTokenException', 403], s3: ['ExpiredToken', 400] },
  InvalidAction: { json: ['UnknownOperationException', 400], s3: ['MethodNotAllowed', 405] },
  MalformedInput: { json: ['SerializationException', 400], s3: ['MalformedXML', 400] },
  ValidationError: { json: ['ValidationException', 400], s3: ['MalformedXML', 400] },
  AccessDeniedException: { json: ['AccessDeniedException', 403], s3: ['AccessDenied', 403] },
  InternalFailure: { json: ['InternalServerException', 500], s3: ['InternalError', 500] },
}

/** Anything thrown → what to send; `unexpected` hears of what no service meant to say. */
export const readFault = (
  error: unknown,
  service: Service | undefined,
  protocol: Protocol,
  unexpected: (error: unknown) => void,
): Fault => {
  if (error instanceof AwsError) return fromAwsError(error, service, protocol)
  const modelled = error instanceof Error ? service?.error(error.name) : undefined
  if (modelled !== undefined) return fromModelled(error as Error, modelled, protocol)
  if (error instanceof Error && '$fault' in error) return fromAwsError(foreign(error), service, protocol)
  unexpected(error)
  const hidden = new AwsError('InternalFailure', 'We encountered an internal error. Please try again.', { status: 500 })
  return fromAwsError(hidden, service, protocol)
}

/** Another service's modelled error, passed on: its name is all that this service's callers can know. */
const foreign = (error: Error): AwsError => {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  return new AwsError(error.name, error.message, { status: status ?? 400 })
}

const fromAwsError = (error: AwsError, service: Service | undefined, protocol: Protocol): Fault => {
  const [code, status] = respell(error, protocol)
  const { message, members, headers } = error
  const schema = service?.error(code)
  if (schema === undefined) return { code, status, message, sender: status < 500, members, headers, schema }
  const fault = { ...describe(schema, message, members, protocol), headers }
  // A thrower that says more than the default means it.
  return error.status === 400 ? fault : { ...fault, status: error.status }
}

const respell = ({ name, status }: AwsError, protocol: Protocol): Spelling => {
  const spelling = own(SPELLINGS, name)
  if (name === 'UnknownOperationException' && protocol === 'query') return ['InvalidAction', 400]
  if (spelling === undefined || protocol === 'query') return [name, status]
  if (protocol === 'rest-xml') return spelling.s3
  // The JSON RPC front doors answer 400 to every mistake of a caller, 403 is for REST.
  const [code, http] = spelling.json
  return [code, protocol === 'rest-json' ? http : Math.max(400, http - (http === 403 ? 3 : 0))]
}

const fromModelled = (error: Error, schema: StaticErrorSchema, protocol: Protocol): Fault => {
  const members = Object.fromEntries(schema[4].map(name => [name, (error as unknown as Record<string, unknown>)[name]]))
  return describe(schema, error.message, members, protocol)
}

const describe = (
  schema: StaticErrorSchema,
  message: string,
  members: Record<string, unknown>,
  protocol: Protocol,
): Fault => {
  const traits = NormalizedSchema.of(schema).getMergedTraits()
  const sender = traits.error !== 'server'
  const modelled = Number(traits.httpError ?? (sender ? 400 : 500))
  const status: Record<Protocol, number> = {
    json: sender ? 400 : 500,
    cbor: sender ? 400 : 500,
    query: queryStatus(schema) ?? modelled,
    'rest-json': modelled,
    'rest-xml': modelled,
  }
  const code = protocol === 'query' ? queryCode(schema) : schema[2]
  return { code, message, status: status[protocol], sender, members, headers: {}, schema }
}

/** The error as a shape of its own: an envelope's members before, whatever the thrower added after. */
export const faultShape = (
  { schema, members, message }: Fault,
  options: {
    name: string
    head: Record<string, string>
    tail?: Record<string, string>
    messageName?: string
    loose: 0 | 15
  },
) => {
  const { name, head, tail = {}, loose } = options
  const modelled = new Map((schema?.[4] ?? []).map((member, index) => [member, schema![5][index]!]))
  const messageMember = [...modelled.keys()].find(member => member.toLowerCase() === 'message')
  const messageName = options.messageName ?? messageMember ?? 'message'
  if (messageMember !== undefined) modelled.delete(messageMember)
  const extra = Object.entries(members).filter(([key, value]) => value != null && key.toLowerCase() !== 'message')
  const names = [...Object.keys(head), messageName, ...extra.map(([key]) => key), ...Object.keys(tail)]
  const value: Record<string, unknown> = { ...head, [messageName]: message, ...Object.fromEntries(extra), ...tail }
  for (const [key, item] of extra) if (loose === 0 && !modelled.has(key)) value[key] = String(item)
  const shape = [
    3,
    schema?.[1] ?? 'wire',
    name,
    0,
    names,
    names.map(key => modelled.get(key) ?? (key in members ? loose : 0)),
  ]
  return { shape: shape as [3, string, string, 0, string[], 0[]], value }
}
