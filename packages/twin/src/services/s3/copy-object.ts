import type * as s3 from '@aws-sdk/client-s3'
import { type Context, type Demand, operation } from '../../gate/index.ts'
import { blobsOf } from './blob-store.ts'
import { findBucket } from './bucket.ts'
import { type Algorithm, algorithmOf, checksumMembers } from './checksum.ts'
import { onObject } from './demand.ts'
import { encryptionMembers, type Locked, newDataKey, unlock } from './encryption.ts'
import { invalidArgument, invalidRequest, preconditionFailed } from './errors.ts'
import { type Content, checkedKey, currentContent, seconds, versionId } from './object.ts'
import { publish } from './publish.ts'
import { contentOf, putDemands } from './put-object.ts'
import { checkConditions, type Found, findObject, type OfObject, plaintext, readDemands, type Span } from './read.ts'
import { checkWritable, checkWrite, dropIfRefused, quoted, storageClassOf, type Written, write } from './write.ts'

export interface CopySource {
  CopySource?: string | undefined
  ExpectedSourceBucketOwner?: string | undefined
  CopySourceIfMatch?: string | undefined
  CopySourceIfNoneMatch?: string | undefined
  CopySourceIfModifiedSince?: Date | undefined
  CopySourceIfUnmodifiedSince?: Date | undefined
  CopySourceSSECustomerAlgorithm?: string | undefined
  CopySourceSSECustomerKey?: string | undefined
  CopySourceSSECustomerKeyMD5?: string | undefined
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a slash before it. */
function sourceOf(input: CopySource): OfObject & { Bucket: string; Key: string } {
  const text = (input.CopySource ?? '').replace(/^\//, '')
  const [, path = '', version] = /^(.*?)(?:\?versionId=([^&]+))?$/s.exec(text) ?? []
  const decoded = unescaped(path)
  const slash = decoded.indexOf('/')
  if (slash <= 0 || slash === decoded.length - 1) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    )
  }
  return {
    Bucket: decoded.slice(0, slash),
    Key: decoded.slice(slash + 1),
    ...(version === undefined ? {} : { VersionId: unescaped(version) }),
    ...(input.ExpectedSourceBucketOwner === undefined ? {} : { ExpectedBucketOwner: input.ExpectedSourceBucketOwner }),
  }
}

const unescaped = (text: string) => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Leave to read the source; the destination's bucket says who may write there. */
export const sourceDemands = (context: Context, input: CopySource): Demand[] => readDemands(context, sourceOf(input))

export const copyConditions = (input: CopySource & { MetadataDirective?: string | undefined }) => ({
  's3:x-amz-copy-source': input.CopySource?.replace(/^\//, ''),
  's3:x-amz-metadata-directive': input.MetadataDirective,
})

export function findSource(context: Context, input: CopySource): Found {
  const found = findObject(context, sourceOf(input))
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  }
  checkConditions(conditions, found, () => preconditionFailed('x-amz-copy-source-If-None-Match'))
  return found
}

/** From one ciphertext into another: decrypted with the source's key, encrypted with the destination's. */
export async function transfer(
  context: Context,
  input: CopySource,
  source: Found,
  span: Pick<Span, 'start' | 'end'>,
  target: () => Promise<Locked>,
  algorithm: Algorithm,
): Promise<Written> {
  const release = blobsOf(context.env).hold(source.content.blobs)
  try {
    const dataKey = await unlock(context, source.bucket, source.content.encryption, {
      SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
      SSECustomerKey: input.CopySourceSSECustomerKey,
      SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
    })
    const bytes = plaintext(context, source.content.blobs, dataKey, span)
    return await write(context, bytes, await target(), algorithm, {})
  } finally {
    release()
  }
}

interface Copied {
  source: Found
  written: Written
}

const changesNothing = (input: s3.CopyObjectCommandInput, { bucket, version }: Found) =>
  bucket.name === input.Bucket &&
  version.key === input.Key &&
  sourceOf(input).VersionId === undefined &&
  input.MetadataDirective !== 'REPLACE' &&
  [input.StorageClass, input.ServerSideEncryption, input.SSECustomerAlgorithm].every(each => each === undefined)

function copiedContent(input: s3.CopyObjectCommandInput, { source, written }: Copied): Content {
  const fresh = contentOf(input, written)
  const { headers, metadata, tags } = source.content
  return {
    ...fresh,
    ...(input.MetadataDirective === 'REPLACE' ? {} : { headers, metadata }),
    ...(input.TaggingDirective === 'REPLACE' ? {} : { tags }),
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject = operation<typeof s3, 'CopyObject', Copied>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    const source = sourceOf(input)
    const from = findBucket(context.read, context.call, source)
    const tags = currentContent(context.read, from.name, source.Key)?.tags ?? {}
    const copiesTags = input.TaggingDirective !== 'REPLACE' && Object.keys(tags).length > 0
    return [
      ...sourceDemands(context, input),
      ...(copiesTags ? [onObject(context, from, source.Key, 's3:GetObjectTagging')] : []),
      ...putDemands(context, bucket, input, copyConditions(input)),
      ...(copiesTags ? [onObject(context, bucket, checkedKey(input.Key), 's3:PutObjectTagging')] : []),
    ]
  },
  async stage(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    const source = findSource(context, input)
    checkWrite(bucket, input)
    storageClassOf(input.StorageClass)
    if (changesNothing(input, source)) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      )
    }
    const whole = { start: 0, end: source.content.size }
    const target = () => newDataKey(context, bucket, checkedKey(input.Key), input)
    const algorithm = algorithmOf({ ChecksumAlgorithm: input.ChecksumAlgorithm }, source.content.checksum.algorithm)
    return { source, written: await transfer(context, input, source, whole, target, algorithm) }
  },
  run(input, context, copied) {
    dropIfRefused(context, copied.written.blob)
    const { tx, call } = context
    const bucket = findBucket(tx, call, input)
    const key = checkedKey(input.Key)
    checkWritable(() => currentContent(tx, bucket.name, key), input)
    const content = copiedContent(input, copied)
    const version = publish(context, bucket, key, content, { detailType: 'Object Created', reason: 'CopyObject' })
    const { source } = copied
    return {
      CopyObjectResult: {
        ETag: quoted(content.etag),
        LastModified: seconds(version.modified),
        ...checksumMembers(content.checksum),
      } as s3.CopyObjectResult,
      ...(source.bucket.versioning === undefined ? {} : { CopySourceVersionId: source.version.id }),
      ...versionId(bucket, version),
      ...encryptionMembers(content.encryption),
    }
  },
})
