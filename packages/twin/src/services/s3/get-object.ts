import type * as s3 from '@aws-sdk/client-s3'
import { type Context, operation } from '../../gate/index.ts'
import { blobsOf } from './blob-store.ts'
import { bodyOf } from './body.ts'
import { checksumMembers } from './checksum.ts'
import { encryptionMembers, unlock } from './encryption.ts'
import { seconds, versionId } from './object.ts'
import { checkConditions, type Found, findObject, plaintext, readDemands, type Span, spanOf } from './read.ts'
import { quoted } from './write.ts'

type Overrides = Pick<
  s3.GetObjectCommandInput,
  | 'ResponseCacheControl'
  | 'ResponseContentDisposition'
  | 'ResponseContentEncoding'
  | 'ResponseContentLanguage'
  | 'ResponseContentType'
  | 'ResponseExpires'
>

const defined = <T extends object>(members: T) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>
  }

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax */
const overridden = (input: Overrides) =>
  defined({
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    ...(input.ResponseExpires === undefined ? {} : { ExpiresString: input.ResponseExpires.toUTCString() }),
  })

/** The headers that GetObject and HeadObject share. */
function described(
  { bucket, version, content }: Found,
  span: Span,
  input: Overrides & { ChecksumMode?: string | undefined; PartNumber?: number | undefined },
) {
  const { Expires, ...headers } = content.headers
  const tags = Object.keys(content.tags).length
  return {
    AcceptRanges: 'bytes',
    LastModified: seconds(version.modified),
    ContentLength: span.end - span.start,
    ETag: quoted(content.etag),
    ...versionId(bucket, version),
    ...headers,
    // Clients have two members for the one header.
    ...(Expires === undefined ? {} : { Expires: new Date(Expires), ExpiresString: Expires }),
    Metadata: content.metadata,
    ...(content.storageClass === 'STANDARD' ? {} : { StorageClass: content.storageClass as s3.StorageClass }),
    ...(tags === 0 ? {} : { TagCount: tags }),
    ...(span.partial ? { ContentRange: `bytes ${span.start}-${span.end - 1}/${content.size}` } : {}),
    ...(input.PartNumber === undefined || content.parts === undefined ? {} : { PartsCount: content.parts.length }),
    ...(input.ChecksumMode === 'ENABLED' && !span.partial ? checksumMembers(content.checksum) : {}),
    ...encryptionMembers(content.encryption),
    ...overridden(input),
    ...(span.partial ? { $metadata: { httpStatusCode: 206 } } : {}),
  }
}

type Output = Omit<s3.GetObjectCommandOutput, '$metadata'>

async function read(input: s3.GetObjectCommandInput, context: Context): Promise<Output> {
  const found = findObject(context, input)
  checkConditions(input, found)
  const span = spanOf(input, found.content)
  // Before the first wait: another call may overwrite the object meanwhile.
  const release = blobsOf(context.env).hold(found.content.blobs)
  try {
    const dataKey = await unlock(context, found.bucket, found.content.encryption, input)
    const source = plaintext(context, found.content.blobs, dataKey, span)
    const Body = await bodyOf(source, span.end - span.start, release)
    return { ...described(found, span, input), Body }
  } catch (error) {
    release()
    throw error
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject = operation<typeof s3, 'GetObject', Output>({
  authorize: (input, context) => readDemands(context, input),
  stage: read,
  run: (_input, _context, output) => output,
})

/**
 * The metadata of an SSE-KMS object need no leave of its key, unless a checksum is wanted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const headObject = operation<typeof s3, 'HeadObject', Found>({
  authorize: (input, context) => readDemands(context, input),
  async stage(input, context) {
    const found = findObject(context, input, true)
    const { algorithm } = found.content.encryption
    if (algorithm === 'customer' || (algorithm === 'aws:kms' && input.ChecksumMode === 'ENABLED')) {
      await unlock(context, found.bucket, found.content.encryption, input)
    }
    return found
  },
  run(input, _context, found) {
    checkConditions(input, found)
    return described(found, spanOf(input, found.content), input)
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes = operation<typeof s3, 'GetObjectAttributes', Found>({
  authorize: (input, context) => readDemands(context, input, 's3:GetObject', ['s3:GetObjectAttributes']),
  async stage(input, context) {
    const found = findObject(context, input)
    await unlock(context, found.bucket, found.content.encryption, input)
    return found
  },
  run(input, _context, { bucket, version, content }) {
    const wanted = new Set<string>(input.ObjectAttributes ?? [])
    return {
      LastModified: seconds(version.modified),
      ...versionId(bucket, version),
      ...(wanted.has('ETag') ? { ETag: content.etag } : {}),
      ...(wanted.has('Checksum') ? { Checksum: checksumMembers(content.checksum) as s3.Checksum } : {}),
      ...(wanted.has('ObjectSize') ? { ObjectSize: content.size } : {}),
      ...(wanted.has('StorageClass') ? { StorageClass: content.storageClass as s3.StorageClass } : {}),
      ...(wanted.has('ObjectParts') && content.parts !== undefined
        ? { ObjectParts: partsPage(content.parts, content.checksum.algorithm, input) }
        : {}),
    }
  },
})

function partsPage(
  all: readonly { number: number; size: number; checksum: string }[],
  algorithm: string,
  input: { PartNumberMarker?: string | undefined; MaxParts?: number | undefined },
): s3.GetObjectAttributesParts {
  const after = Number(input.PartNumberMarker ?? 0)
  const most = input.MaxParts ?? 1000
  const rest = all.filter(({ number }) => number > after)
  const shown = rest.slice(0, most)
  return {
    TotalPartsCount: all.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(shown.at(-1)?.number ?? after),
    MaxParts: most,
    IsTruncated: rest.length > shown.length,
    Parts: shown.map(({ number, size, checksum }) => ({
      PartNumber: number,
      Size: size,
      [`Checksum${algorithm}`]: checksum,
    })),
  }
}
