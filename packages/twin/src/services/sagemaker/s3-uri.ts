import { Buffer } from 'node:buffer'
import { invalid } from './errors.ts'

export interface S3Uri {
  readonly bucket: string
  readonly key: string
}

export function parseS3Uri(uri: string | undefined, member: string): S3Uri {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{2,62})(?:\/(.*))?$/.exec(uri ?? '') ?? []
  if (bucket === undefined)
    throw invalid(
      `1 validation error detected: Value '${uri ?? ''}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: (https|s3)://([^/]+)/?(.*)`,
    )
  return { bucket, key }
}

/** The bytes of a body as S3 answers it in process: whole, or a stream of chunks. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  if (body === undefined || body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
