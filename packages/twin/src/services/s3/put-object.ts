import type * as s3 from '@aws-sdk/client-s3'
import type { Context } from '../../gate/index.ts'
import { type Demand, operation } from '../../gate/index.ts'
import { type Bucket, findBucket } from './bucket.ts'
import { algorithmOf, checksumMembers } from './checksum.ts'
import { onObject, requestTags, writeConditions } from './demand.ts'
import { encryptionMembers } from './encryption.ts'
import { type Content, checkedKey, currentContent, versionId } from './object.ts'
import { publish } from './publish.ts'
import {
  checkWritable,
  checkWrite,
  dropIfRefused,
  headersOf,
  quoted,
  setsAcl,
  storageClassOf,
  tagsOfHeader,
  type Written,
  writeNew,
} from './write.ts'

type Acted = s3.PutObjectCommandInput | s3.CreateMultipartUploadCommandInput | s3.CopyObjectCommandInput

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax, "Permissions" */
export function putDemands(context: Context, bucket: Bucket, input: Acted, more: Demand['context'] = {}): Demand[] {
  const key = checkedKey(input.Key)
  const tags = tagsOfHeader(input.Tagging)
  const conditions = { ...writeConditions(input), ...requestTags(tags), ...more }
  return [
    onObject(context, bucket, key, 's3:PutObject', conditions),
    ...(setsAcl(input) ? [onObject(context, bucket, key, 's3:PutObjectAcl', conditions)] : []),
    ...(input.Tagging === undefined ? [] : [onObject(context, bucket, key, 's3:PutObjectTagging', conditions)]),
  ]
}

export const contentOf = (input: Acted, { blob, etag, checksum, encryption }: Written): Content => ({
  size: blob.size,
  etag,
  blobs: [blob],
  headers: headersOf(input),
  metadata: input.Metadata ?? {},
  tags: tagsOfHeader(input.Tagging),
  storageClass: storageClassOf(input.StorageClass),
  encryption,
  checksum,
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject = operation<typeof s3, 'PutObject', Written>({
  authorize: (input, context) => putDemands(context, findBucket(context.read, context.call, input), input),
  stage(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    checkWrite(bucket, input)
    storageClassOf(input.StorageClass)
    return writeNew(context, bucket, checkedKey(input.Key), input, algorithmOf(input))
  },
  run(input, context, written) {
    dropIfRefused(context, written.blob)
    const { tx, call } = context
    const bucket = findBucket(tx, call, input)
    const key = checkedKey(input.Key)
    checkWritable(() => currentContent(tx, bucket.name, key), input)
    const content = contentOf(input, written)
    const version = publish(context, bucket, key, content, { detailType: 'Object Created', reason: 'PutObject' })
    return {
      ETag: quoted(content.etag),
      ...versionId(bucket, version),
      ...checksumMembers(content.checksum),
      ...encryptionMembers(content.encryption),
    }
  },
})
