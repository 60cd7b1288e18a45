import type { Context, Demand } from '../../gate/index.ts'
import { type Blob, blobsOf } from './blob-store.ts'
import { type Bucket, findBucket, type OfBucket } from './bucket.ts'
import { existingTags, onBucket, onObject } from './demand.ts'
import {
  invalidArgument,
  invalidRange,
  methodNotAllowed,
  noSuchKey,
  noSuchVersion,
  notFound,
  notModified,
  preconditionFailed,
} from './errors.ts'
import { type Content, findVersion, type Version } from './object.ts'
import { unquoted } from './write.ts'

export interface OfObject extends OfBucket {
  Key?: string | undefined
  VersionId?: string | undefined
}

/**
 * Leave to read; of what is not there, also leave to list, without which S3 does not even say so.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function readDemands(
  context: Context,
  input: OfObject,
  action = 's3:GetObject',
  extra: string[] = [],
): Demand[] {
  const bucket = findBucket(context.read, context.call, input)
  const key = input.Key ?? ''
  const version = findVersion(context.read, bucket.name, key, input.VersionId)
  const conditions = { 's3:VersionId': input.VersionId, ...existingTags(version?.content?.tags) }
  const named = (name: string) =>
    input.VersionId === undefined ? name : name.replace('s3:GetObject', 's3:GetObjectVersion')
  return [
    ...[action, ...extra].map(name => onObject(context, bucket, key, named(name), conditions)),
    ...(version?.content === undefined ? [onBucket(context, bucket, 's3:ListBucket')] : []),
  ]
}

export interface Found {
  bucket: Bucket
  version: Version
  content: Content
}

export function findObject({ read, call }: Pick<Context, 'read' | 'call'>, input: OfObject, head = false): Found {
  const bucket = findBucket(read, call, input)
  const key = input.Key ?? ''
  const version = findVersion(read, bucket.name, key, input.VersionId)
  if (version?.content !== undefined) return { bucket, version, content: version.content }
  if (version !== undefined && input.VersionId !== undefined) throw methodNotAllowed()
  if (head) throw notFound()
  throw input.VersionId === undefined ? noSuchKey(key) : noSuchVersion(key, input.VersionId)
}

export interface Conditional {
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
  IfModifiedSince?: Date | undefined
  IfUnmodifiedSince?: Date | undefined
}

const matches = (header: string, etag: string) =>
  header.split(',').some(each => each.trim() === '*' || unquoted(each.trim()) === etag)

/** https://www.rfc-editor.org/rfc/rfc9110#name-precedence-of-preconditions */
export function checkConditions(input: Conditional, { content, version }: Found, failed = notModified) {
  const modified = Math.floor(version.modified / 1000) * 1000
  if (input.IfMatch !== undefined) {
    if (!matches(input.IfMatch, content.etag)) throw preconditionFailed('If-Match')
  } else if (input.IfUnmodifiedSince !== undefined && modified > input.IfUnmodifiedSince.getTime()) {
    throw preconditionFailed('If-Unmodified-Since')
  }
  if (input.IfNoneMatch !== undefined) {
    if (matches(input.IfNoneMatch, content.etag)) throw failed()
  } else if (input.IfModifiedSince !== undefined && modified <= input.IfModifiedSince.getTime()) {
    throw failed()
  }
}

export interface Span {
  start: number
  end: number
  /** A range was asked for: the answer is 206. */
  partial: boolean
}

/** What is not understood is ignored, as HTTP wants it. */
export function spanOf(input: { Range?: string | undefined; PartNumber?: number | undefined }, content: Content): Span {
  const whole = { start: 0, end: content.size, partial: false }
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined)
      throw invalidArgument('Cannot specify both Range header and partNumber query parameter')
    return partSpan(input.PartNumber, content)
  }
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(input.Range?.trim() ?? '') ?? []
  if (first === '' && last === '') return whole
  const start = first === '' ? Math.max(0, content.size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? content.size : Math.min(content.size, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return whole
  if (start >= content.size || (first === '' && Number(last) === 0)) throw invalidRange(input.Range ?? '', content.size)
  return { start, end, partial: true }
}

function partSpan(number: number, content: Content): Span {
  const parts = content.parts ?? [{ number: 1, size: content.size }]
  const at = parts.findIndex((part, index) => (content.parts === undefined ? index + 1 : part.number) === number)
  const part = parts[at]
  if (part === undefined) throw invalidRange(`partNumber=${number}`, content.size)
  const start = parts.slice(0, at).reduce((sum, { size }) => sum + size, 0)
  return { start, end: start + part.size, partial: true }
}

/** The plaintext of a span, over the blobs of all parts. */
export async function* plaintext(
  { env }: Pick<Context, 'env'>,
  blobs: readonly Blob[],
  dataKey: Uint8Array,
  { start, end }: Pick<Span, 'start' | 'end'>,
): AsyncGenerator<Uint8Array> {
  const store = blobsOf(env)
  let from = 0
  for (const blob of blobs) {
    const until = from + blob.size
    if (until > start && from < end) {
      yield* store.read(blob, dataKey, Math.max(start, from) - from, Math.min(end, until) - from)
    }
    from = until
  }
}
