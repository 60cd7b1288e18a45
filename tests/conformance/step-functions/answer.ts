import { isObject, type Json } from './scenario.ts'

/** What a call came to, in the form of the recorder: a boto3 response. */
export type Answer = { response: Json } | { code: string; message: string; response: Json }

const status = (metadata: unknown) => (metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode ?? 0

const withStatus = (members: Json, metadata: unknown): Json => ({
  ...(isObject(members) ? members : {}),
  ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: status(metadata) },
})

/** Members without a value are not there, and dates are what the recorder wrote for them. */
function plain(value: unknown): Json {
  if (value instanceof Date) return 'datetime'
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value as Json
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member)]))
}

export function answered({ $metadata, ...members }: { $metadata: unknown }): Answer {
  return { response: withStatus(plain(members), $metadata) }
}

/** Throws what is not an answer of the service. */
export function refused(error: unknown): Answer {
  if (!(error instanceof Error) || !('$metadata' in error)) throw error
  const { name: code, message } = error
  const modeled = Object.entries(error).filter(([key]) => !key.startsWith('$') && !['name', '__type'].includes(key))
  const members = {
    Error: { Code: code, Message: message },
    message,
    ...(plain(Object.fromEntries(modeled)) as object),
  }
  return { code, message, response: withStatus(members, error.$metadata) }
}

/** As botocore's exceptions read. */
export const errorText = (operation: string, { code, message }: { code: string; message: string }): string =>
  `An error occurred (${code}) when calling the ${operation} operation: ${message}`
