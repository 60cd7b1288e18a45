import type * as s3 from '@aws-sdk/client-s3'
import { type Context, operation, type TxContext } from '../../gate/index.ts'
import { blobsOf } from './blob-store.ts'
import { type Bucket, findBucket } from './bucket.ts'
import { algorithmOf, checksumMembers, givenChecksum, member } from './checksum.ts'
import { canCombine } from './checksum-combine.ts'
import { copyConditions, findSource, sourceDemands, transfer } from './copy-object.ts'
import { onObject, writeConditions } from './demand.ts'
import { type Encryption, type EncryptionHeaders, encryptionMembers, newDataKey, unlock } from './encryption.ts'
import { invalidArgument, invalidRequest, otherChecksum } from './errors.ts'
import { checkedKey, seconds } from './object.ts'
import { putDemands } from './put-object.ts'
import { spanOf } from './read.ts'
import { findUpload, type Part, parts, partsOf, type Upload, uploads } from './upload.ts'
import {
  checkWrite,
  dropIfRefused,
  headersOf,
  quoted,
  storageClassOf,
  tagsOfHeader,
  type Written,
  write,
} from './write.ts'

function checksumTypeOf(input: s3.CreateMultipartUploadCommandInput): Upload['checksumType'] {
  const algorithm = algorithmOf(input)
  const type = input.ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html#Full-object-checksums
  if (type === 'FULL_OBJECT' ? !canCombine(algorithm) : algorithm === 'CRC64NVME') {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
  return type
}

/** One data key covers all parts. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload = operation<typeof s3, 'CreateMultipartUpload', Encryption>({
  authorize: (input, context) => putDemands(context, findBucket(context.read, context.call, input), input),
  async stage(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    checkWrite(bucket, input)
    checksumTypeOf(input)
    return (await newDataKey(context, bucket, checkedKey(input.Key), input)).encryption
  },
  run(input, { tx, call, env }, encryption) {
    const bucket = findBucket(tx, call, input)
    const key = checkedKey(input.Key)
    const id = Buffer.from(env.ids.bytes(48)).toString('base64url')
    const upload = uploads.put(tx, [bucket.name, key, id], {
      bucket: bucket.name,
      key,
      id,
      initiated: call.now,
      initiator: call.principal.arn,
      headers: headersOf(input),
      metadata: input.Metadata ?? {},
      tags: tagsOfHeader(input.Tagging),
      storageClass: storageClassOf(input.StorageClass),
      encryption,
      algorithm: algorithmOf(input),
      explicit: input.ChecksumAlgorithm !== undefined,
      checksumType: checksumTypeOf(input),
    })
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: id,
      ...encryptionMembers(encryption),
      ChecksumAlgorithm: upload.algorithm,
      ChecksumType: upload.checksumType,
    }
  },
})

interface OfPart extends EncryptionHeaders {
  Bucket?: string | undefined
  Key?: string | undefined
  UploadId?: string | undefined
  PartNumber?: number | undefined
}

function numberOf({ PartNumber: number }: OfPart): number {
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(number))
  }
  return number
}

/**
 * The data key of the upload is to be had by kms:Decrypt only, which is why a multipart upload needs it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
 */
const locked = async (context: Context, bucket: Bucket, upload: Upload, input: EncryptionHeaders) => ({
  encryption: upload.encryption,
  dataKey: await unlock(context, bucket, upload.encryption, input),
})

function keepPart(input: OfPart, context: TxContext, written: Written): Part {
  const { tx, call, env } = context
  const upload = findUpload(tx, input.Bucket ?? '', checkedKey(input.Key), input.UploadId)
  const number = numberOf(input)
  const replaced = parts.get(tx, upload.bucket, upload.id, number)
  if (replaced !== undefined) tx.after(() => blobsOf(env).remove([replaced.blob]))
  return parts.put(tx, [upload.bucket, upload.id, number], {
    number,
    blob: written.blob,
    etag: written.etag,
    ...(written.md5 === undefined ? {} : { md5: written.md5 }),
    checksum: written.checksum.value,
    modified: call.now,
  })
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart = operation<typeof s3, 'UploadPart', Written>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    return [onObject(context, bucket, checkedKey(input.Key), 's3:PutObject', writeConditions(input))]
  },
  async stage(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    numberOf(input)
    const upload = findUpload(context.read, bucket.name, checkedKey(input.Key), input.UploadId)
    const given = givenChecksum(input)
    if (given !== undefined && upload.explicit && given.algorithm !== upload.algorithm) {
      throw otherChecksum(upload.algorithm, given.algorithm)
    }
    return write(context, input.Body, await locked(context, bucket, upload, input), upload.algorithm, input)
  },
  run(input, context, written) {
    dropIfRefused(context, written.blob)
    const part = keepPart(input, context, written)
    const { algorithm, value } = givenChecksum(input) ?? written.checksum
    return { ETag: quoted(part.etag), [member(algorithm)]: value, ...encryptionMembers(written.encryption) }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy = operation<typeof s3, 'UploadPartCopy', Written>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    const conditions = { ...writeConditions(input), ...copyConditions(input) }
    return [
      ...sourceDemands(context, input),
      onObject(context, bucket, checkedKey(input.Key), 's3:PutObject', conditions),
    ]
  },
  async stage(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    numberOf(input)
    const upload = findUpload(context.read, bucket.name, checkedKey(input.Key), input.UploadId)
    const source = findSource(context, input)
    const span = spanOf({ Range: input.CopySourceRange }, source.content)
    return transfer(context, input, source, span, () => locked(context, bucket, upload, input), upload.algorithm)
  },
  run(input, context, written) {
    dropIfRefused(context, written.blob)
    const part = keepPart(input, context, written)
    const { ChecksumType: _, ...checksum } = checksumMembers(written.checksum)
    return {
      CopyPartResult: {
        ETag: quoted(part.etag),
        LastModified: seconds(part.modified),
        ...checksum,
      } as s3.CopyPartResult,
      ...encryptionMembers(written.encryption),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload = operation<typeof s3, 'AbortMultipartUpload'>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    return [onObject(context, bucket, checkedKey(input.Key), 's3:AbortMultipartUpload')]
  },
  run(input, { tx, env }) {
    const upload = findUpload(tx, input.Bucket ?? '', checkedKey(input.Key), input.UploadId)
    const left = partsOf(tx, upload.bucket, upload.id)
    for (const { number } of left) parts.delete(tx, upload.bucket, upload.id, number)
    uploads.delete(tx, upload.bucket, upload.key, upload.id)
    tx.after(() => blobsOf(env).remove(left.map(({ blob }) => blob)))
    return {}
  },
})
