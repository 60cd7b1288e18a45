import type * as s3 from '@aws-sdk/client-s3'
import { operation } from '../../gate/index.ts'
import { findBucket } from './bucket.ts'
import { member } from './checksum.ts'
import { onObject } from './demand.ts'
import { listDemands, most } from './list-objects.ts'
import { checkedKey, seconds } from './object.ts'
import { findUpload, partsOf, type Upload, uploads } from './upload.ts'
import { encoder } from './walk.ts'
import { quoted } from './write.ts'

const who = (id: string) => ({ ID: id })

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts = operation<typeof s3, 'ListParts'>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    return [onObject(context, bucket, checkedKey(input.Key), 's3:ListMultipartUploadParts')]
  },
  run(input, { tx, call }) {
    const bucket = findBucket(tx, call, input)
    const upload = findUpload(tx, bucket.name, checkedKey(input.Key), input.UploadId)
    const after = Number(input.PartNumberMarker ?? 0)
    const limit = most(input.MaxParts)
    const rest = partsOf(tx, bucket.name, upload.id).filter(({ number }) => number > after)
    const shown = rest.slice(0, limit)
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(after),
      ...(shown.length === 0 ? {} : { NextPartNumberMarker: String(shown.at(-1)?.number) }),
      MaxParts: limit,
      IsTruncated: rest.length > shown.length,
      Parts: shown.map(part => ({
        PartNumber: part.number,
        LastModified: seconds(part.modified),
        ETag: quoted(part.etag),
        Size: part.blob.size,
        [member(upload.algorithm)]: part.checksum,
      })),
      Initiator: who(upload.initiator),
      Owner: who(bucket.account),
      StorageClass: upload.storageClass as s3.StorageClass,
      ChecksumAlgorithm: upload.algorithm,
      ChecksumType: upload.checksumType,
    }
  },
})

const byKeyAndTime = (a: Upload, b: Upload) =>
  Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiated - b.initiated

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads = operation<typeof s3, 'ListMultipartUploads'>({
  authorize: (input, context) =>
    listDemands(context, { ...input, MaxKeys: input.MaxUploads }, 's3:ListBucketMultipartUploads'),
  run(input, { tx, call }) {
    const bucket = findBucket(tx, call, input)
    const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: after } = input
    const encode = encoder(input.EncodingType)
    const limit = most(input.MaxUploads)
    const all = [...uploads.list(tx, bucket.name)].filter(({ key }) => key.startsWith(prefix)).sort(byKeyAndTime)
    const at = all.findIndex(({ key, id }) => key === after && id === input.UploadIdMarker)
    const rest = at >= 0 ? all.slice(at + 1) : all.filter(({ key }) => after === undefined || key > after)
    const rolled = rest.flatMap(({ key }) => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      return end < 0 ? [] : [key.slice(0, end + delimiter.length)]
    })
    const single = rest.filter(({ key }) => delimiter === '' || !key.slice(prefix.length).includes(delimiter))
    const shown = single.slice(0, limit)
    const last = shown.at(-1)
    return {
      Bucket: bucket.name,
      KeyMarker: encode(after ?? ''),
      UploadIdMarker: input.UploadIdMarker ?? '',
      Prefix: encode(prefix),
      ...(delimiter === '' ? {} : { Delimiter: encode(delimiter) }),
      MaxUploads: limit,
      IsTruncated: single.length > shown.length,
      ...(single.length > shown.length && last !== undefined
        ? { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.id }
        : {}),
      Uploads: shown.map(upload => ({
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiated: seconds(upload.initiated),
        StorageClass: upload.storageClass as s3.StorageClass,
        Initiator: who(upload.initiator),
        Owner: who(bucket.account),
        ChecksumAlgorithm: upload.algorithm,
        ChecksumType: upload.checksumType,
      })),
      ...(rolled.length === 0 ? {} : { CommonPrefixes: [...new Set(rolled)].map(each => ({ Prefix: encode(each) })) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    }
  },
})
