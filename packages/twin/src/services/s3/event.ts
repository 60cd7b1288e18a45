import type { Tx } from '../../engine/index.ts'
import type { TxContext } from '../../gate/index.ts'
import { type Bucket, bucketArn } from './bucket.ts'
import type { Version } from './object.ts'

export type Happening =
  | { detailType: 'Object Created'; reason: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' }
  | {
      detailType: 'Object Deleted'
      reason: 'DeleteObject'
      'deletion-type': 'Permanently Deleted' | 'Delete Marker Created'
    }
  | { detailType: 'Object Tags Added' | 'Object Tags Deleted' }

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function tellEventBridge(
  { call, env }: TxContext,
  tx: Tx,
  bucket: Bucket,
  version: Version,
  happening: Happening,
) {
  if (!bucket.eventBridge) return
  const { detailType, ...about } = happening
  const { content } = version
  env.events.emit(tx, {
    source: 'aws.s3',
    detailType,
    account: bucket.account,
    region: bucket.region,
    resources: [bucketArn(bucket.name)],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: version.key,
        ...(content === undefined ? {} : { size: content.size, etag: content.etag }),
        ...(bucket.versioning === undefined ? {} : { 'version-id': version.id }),
        sequencer: version.order.toString(16).toUpperCase().padStart(18, '0'),
      },
      'request-id': call.requestId,
      requester: call.principal.service ?? call.principal.account,
      'source-ip-address': call.sourceIp,
      ...about,
    },
    cause: call.cause,
  })
}
