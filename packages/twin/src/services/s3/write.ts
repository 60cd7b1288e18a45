import { notImplemented } from '../../engine/index.ts'
import type { Context, TxContext } from '../../gate/index.ts'
import type { Blob } from './blob-store.ts'
import { blobsOf } from './blob-store.ts'
import { chunksOf, verifiedBy } from './body.ts'
import type { Bucket } from './bucket.ts'
import { type Algorithm, type Checksum, checkDigests, digesting, givenChecksum, type Members } from './checksum.ts'
import { type Encryption, type EncryptionHeaders, newDataKey, showsMd5 } from './encryption.ts'
import { aclsNotSupported, invalidArgument, invalidTag, preconditionFailed } from './errors.ts'
import type { Content, Headers } from './object.ts'

/** Bytes on disk, for a record that is still to be committed. */
export interface Written {
  blob: Blob
  /** Where ETags show it. */
  md5?: string
  etag: string
  checksum: Checksum
  encryption: Encryption
}

/** Reads the body to its end before anything is kept: a digest of the wire may still fail there. */
export async function write(
  { env }: Pick<Context, 'env'>,
  body: unknown,
  { dataKey, encryption }: { dataKey: Uint8Array; encryption: Encryption },
  algorithm: Algorithm,
  promised: Members,
): Promise<Written> {
  const given = givenChecksum(promised)
  const verified = verifiedBy(body)
  const shown = showsMd5(encryption)
  const { source, digests } = digesting(chunksOf(body), {
    algorithms: given === undefined ? [algorithm] : [algorithm, given.algorithm],
    md5: shown || (promised.ContentMD5 !== undefined && verified?.promised.includes('content-md5') !== true),
    verified,
  })
  const blobs = blobsOf(env)
  const blob = await blobs.write(env.ids.hex(32), dataKey, source, verified !== undefined)
  const found = await digests()
  try {
    checkDigests(promised, found)
  } catch (error) {
    blobs.remove([blob])
    throw error
  }
  const checksum: Checksum = { algorithm, value: found.checksums[algorithm] ?? '', type: 'FULL_OBJECT' }
  const md5 = shown ? found.md5?.toString('hex') : undefined
  return { blob, ...(md5 === undefined ? {} : { md5 }), etag: md5 ?? env.ids.hex(32), checksum, encryption }
}

export async function writeNew(
  context: Context,
  bucket: Bucket,
  key: string,
  input: EncryptionHeaders & Members & { Body?: unknown },
  algorithm: Algorithm,
): Promise<Written> {
  return write(context, input.Body, await newDataKey(context, bucket, key, input), algorithm, input)
}

/** What was written is removed again when its record does not come about. */
export const dropIfRefused = ({ tx, env }: Pick<TxContext, 'tx' | 'env'>, written: Blob): void =>
  tx.undone(() => blobsOf(env).remove([written]))

const plainHeaders = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
] as const

interface Described {
  CacheControl?: string | undefined
  ContentDisposition?: string | undefined
  ContentEncoding?: string | undefined
  ContentLanguage?: string | undefined
  ContentType?: string | undefined
  Expires?: Date | string | undefined
  Metadata?: Record<string, string> | undefined
  Tagging?: string | undefined
  StorageClass?: string | undefined
}

export function headersOf(input: Described): Headers {
  const headers: Headers = {}
  for (const name of plainHeaders) if (input[name] !== undefined) headers[name] = input[name]
  // The chunks of an upload are the wire's business: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
  const encoding = headers.ContentEncoding?.split(',')
    .map(each => each.trim())
    .filter(each => each !== 'aws-chunked')
  if (encoding !== undefined) {
    if (encoding.length === 0) delete headers.ContentEncoding
    else headers.ContentEncoding = encoding.join(',')
  }
  headers.ContentType ??= 'binary/octet-stream'
  if (input.Expires !== undefined) headers.Expires = new Date(input.Expires).toUTCString()
  return headers
}

/** Classes whose objects can be read at once; the archives would have to be restored first. */
const classes = ['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR']

export function storageClassOf(name = 'STANDARD'): string {
  if (classes.includes(name)) return name
  throw notImplemented(`s3 storage class ${name}`)
}

/** `a=1&b=2`, as the header has it. */
export function tagsOfHeader(header: string | undefined): Record<string, string> {
  const tags = Object.fromEntries(new URLSearchParams(header ?? ''))
  return checkedTags(tags, 10)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export function checkedTags(tags: Record<string, string>, most: number): Record<string, string> {
  const names = Object.keys(tags)
  if (names.length > most) throw invalidTag(`Object tags cannot be greater than ${most}`)
  const bad = names.find(name => name === '' || name.length > 128 || (tags[name]?.length ?? 0) > 256)
  if (bad !== undefined) throw invalidTag('The TagKey or TagValue you have provided is invalid')
  if (names.some(name => name.startsWith('aws:'))) throw invalidTag('System tags cannot be added/updated by requester')
  return tags
}

const unsupported = [
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
  'ObjectLockEventHold',
  'ObjectLockEventHoldDurationDays',
  'ObjectLockEventHoldDurationYears',
  'WebsiteRedirectLocation',
  'WriteOffsetBytes',
  'AnnotationDirective',
]

interface Acl {
  ACL?: string | undefined
  GrantFullControl?: string | undefined
  GrantRead?: string | undefined
  GrantReadACP?: string | undefined
  GrantWriteACP?: string | undefined
}

export const setsAcl = (input: Acl) =>
  [input.ACL, input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWriteACP].some(
    each => each !== undefined,
  )

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export function checkWrite(bucket: Bucket, input: Acl & { SSECustomerAlgorithm?: string | undefined }) {
  const refused = unsupported.find(name => (input as Record<string, unknown>)[name] !== undefined)
  if (refused !== undefined) throw notImplemented(`s3 with ${refused}`)
  const harmless = input.ACL === 'bucket-owner-full-control' && !setsAcl({ ...input, ACL: undefined })
  if (setsAcl(input) && !harmless) {
    if (bucket.ownership === 'BucketOwnerEnforced') throw aclsNotSupported()
    if (input.ACL !== 'private') throw notImplemented('s3 access control lists')
  }
  if (input.SSECustomerAlgorithm !== undefined && bucket.encryption.blocked?.includes('SSE-C') === true) {
    throw invalidArgument('The bucket does not accept server-side encryption with customer-provided keys')
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function checkWritable(
  existing: () => Content | undefined,
  input: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
) {
  if (input.IfNoneMatch !== undefined && existing() !== undefined) throw preconditionFailed('If-None-Match')
  if (input.IfMatch !== undefined && unquoted(input.IfMatch) !== existing()?.etag) throw preconditionFailed('If-Match')
}

export const unquoted = (etag: string) => etag.replace(/^(?:W\/)?"(.*)"$/, '$1')
export const quoted = (etag: string) => `"${etag}"`
