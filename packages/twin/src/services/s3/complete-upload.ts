import { createHash } from 'node:crypto'
import type * as s3 from '@aws-sdk/client-s3'
import type { Reader } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { findBucket } from './bucket.ts'
import { type Checksum, checksumMembers, compositeOf, givenChecksum, member } from './checksum.ts'
import { combine } from './checksum-combine.ts'
import { onObject, writeConditions } from './demand.ts'
import { encryptionMembers } from './encryption.ts'
import {
  badDigest,
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
  minimumPart,
} from './errors.ts'
import { type Content, checkedKey, currentContent, versionId } from './object.ts'
import { publish } from './publish.ts'
import { findUpload, type Part, parts, partsOf, type Upload, uploads } from './upload.ts'
import { checkWritable, quoted, unquoted } from './write.ts'

/** The uploaded parts that the request names, in its order. */
function chosen(read: Reader, upload: Upload, input: s3.CompleteMultipartUploadCommandInput): Part[] {
  const listed = input.MultipartUpload?.Parts ?? []
  if (listed.length === 0) throw malformedXml()
  return listed.map((wanted, index) => {
    const number = wanted.PartNumber ?? 0
    if (index > 0 && number <= (listed[index - 1]?.PartNumber ?? 0)) throw invalidPartOrder()
    const part = parts.get(read, upload.bucket, upload.id, number)
    const promised = wanted[member(upload.algorithm)]
    if (part === undefined || unquoted(wanted.ETag ?? '') !== part.etag) throw invalidPart(upload.id, number)
    if (promised !== undefined && promised !== part.checksum) throw invalidPart(upload.id, number)
    if (index < listed.length - 1 && part.blob.size < minimumPart) throw entityTooSmall(part.blob.size, number)
    return part
  })
}

async function wholeChecksum({ algorithm, checksumType }: Upload, list: Part[]): Promise<Checksum> {
  if (checksumType === 'COMPOSITE')
    return compositeOf(
      algorithm,
      list.map(({ checksum }) => checksum),
    )
  const value = combine(
    algorithm,
    list.map(({ checksum, blob }) => ({ value: checksum, size: blob.size })),
  )
  return { algorithm, value, type: 'FULL_OBJECT' }
}

function checkWhole(input: s3.CompleteMultipartUploadCommandInput, checksum: Checksum, size: number) {
  const given = givenChecksum(input)
  if (given !== undefined && (given.algorithm !== checksum.algorithm || given.value !== checksum.value))
    throw badDigest(given.algorithm)
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size) {
    throw invalidRequest('The provided MPU object size does not match the size of the uploaded object')
  }
}

/** The MD5 of the parts' MD5s, and their number. */
const etagOf = (list: Part[]) => {
  const md5 = createHash('md5')
  for (const part of list) md5.update(Buffer.from(part.md5 ?? part.etag, 'hex'))
  return `${md5.digest('hex')}-${list.length}`
}

interface Assembled {
  list: Part[]
  checksum: Checksum
}

/** No byte is copied: the object is the row of its parts. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload = operation<typeof s3, 'CompleteMultipartUpload', Assembled>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    return [onObject(context, bucket, checkedKey(input.Key), 's3:PutObject', writeConditions(input))]
  },
  async stage(input, { read, call }) {
    const bucket = findBucket(read, call, input)
    const upload = findUpload(read, bucket.name, checkedKey(input.Key), input.UploadId)
    const list = chosen(read, upload, input)
    return { list, checksum: await wholeChecksum(upload, list) }
  },
  run(input, context, { list, checksum }) {
    const { tx, call, env } = context
    const bucket = findBucket(tx, call, input)
    const upload = findUpload(tx, bucket.name, checkedKey(input.Key), input.UploadId)
    const uploaded = partsOf(tx, bucket.name, upload.id)
    const kept = new Set(list.map(({ blob }) => blob.id))
    // A part that was uploaded anew between the two phases has another blob.
    const gone = list.find(({ blob }) => !uploaded.some(part => part.blob.id === blob.id))
    if (gone !== undefined) throw invalidPart(upload.id, gone.number)
    const size = list.reduce((sum, { blob }) => sum + blob.size, 0)
    checkWhole(input, checksum, size)
    checkWritable(() => currentContent(tx, bucket.name, upload.key), input)
    const content: Content = {
      size,
      etag: etagOf(list),
      blobs: list.map(({ blob }) => blob),
      parts: list.map(part => ({ number: part.number, size: part.blob.size, checksum: part.checksum })),
      headers: upload.headers,
      metadata: upload.metadata,
      tags: upload.tags,
      storageClass: upload.storageClass,
      encryption: upload.encryption,
      checksum,
    }
    for (const { number } of uploaded) parts.delete(tx, bucket.name, upload.id, number)
    uploads.delete(tx, bucket.name, upload.key, upload.id)
    const unused = uploaded.map(({ blob }) => blob).filter(({ id }) => !kept.has(id))
    const version = publish(
      context,
      bucket,
      upload.key,
      content,
      { detailType: 'Object Created', reason: 'CompleteMultipartUpload' },
      unused,
    )
    return {
      Location: `${env.endpoint()}/${bucket.name}/${encodeURIComponent(upload.key)}`,
      Bucket: bucket.name,
      Key: upload.key,
      ETag: quoted(content.etag),
      ...versionId(bucket, version),
      ...checksumMembers(checksum),
      ...encryptionMembers(upload.encryption),
    }
  },
})
