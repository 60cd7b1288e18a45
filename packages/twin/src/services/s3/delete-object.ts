import type * as s3 from '@aws-sdk/client-s3'
import { isAwsError } from '../../engine/index.ts'
import { operation, type TxContext } from '../../gate/index.ts'
import { blobsOf } from './blob-store.ts'
import { type Bucket, findBucket } from './bucket.ts'
import { existingTags, onObject } from './demand.ts'
import { malformedXml, preconditionFailed } from './errors.ts'
import { tellEventBridge } from './event.ts'
import { checkedKey, findVersion, remove, type Version } from './object.ts'
import { publish } from './publish.ts'
import { unquoted } from './write.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject = operation<typeof s3, 'DeleteObject'>({
  authorize(input, context) {
    const bucket = findBucket(context.read, context.call, input)
    const key = checkedKey(input.Key)
    const version = findVersion(context.read, bucket.name, key, input.VersionId)
    const action = input.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
    return [
      onObject(context, bucket, key, action, {
        's3:VersionId': input.VersionId,
        's3:if-match': input.IfMatch,
        ...existingTags(version?.content?.tags),
      }),
    ]
  },
  run(input, context) {
    const bucket = findBucket(context.tx, context.call, input)
    const key = checkedKey(input.Key)
    const version = findVersion(context.tx, bucket.name, key, input.VersionId)
    if (input.IfMatch !== undefined && unquoted(input.IfMatch) !== version?.content?.etag)
      throw preconditionFailed('If-Match')
    if (input.VersionId === undefined && bucket.versioning !== undefined) return mark(context, bucket, key)
    if (version !== undefined) destroy(context, bucket, version)
    if (input.VersionId === undefined) return {}
    const isMarker = version !== undefined && version.content === undefined
    return { VersionId: input.VersionId, ...(isMarker ? { DeleteMarker: true } : {}) }
  },
})

/** A versioned object is only hidden. …/userguide/DeleteMarker.html */
function mark(context: TxContext, bucket: Bucket, key: string) {
  const version = publish(context, bucket, key, undefined, {
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    'deletion-type': 'Delete Marker Created',
  })
  return { DeleteMarker: true, VersionId: version.id }
}

function destroy(context: TxContext, bucket: Bucket, version: Version) {
  const { tx, env } = context
  remove(tx, version)
  tx.after(() => blobsOf(env).remove(version.content?.blobs ?? []))
  tellEventBridge(context, tx, bucket, version, {
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    'deletion-type': 'Permanently Deleted',
  })
}

type Outcome = { deleted?: s3.DeletedObject; error?: s3._Error }

/**
 * Each key is allowed or refused for itself, so each is a DeleteObject of the caller's.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export const deleteObjects = operation<typeof s3, 'DeleteObjects', Outcome[]>({
  authorize(input, { read, call }) {
    findBucket(read, call, input)
    const count = input.Delete?.Objects?.length ?? 0
    if (count === 0 || count > 1000) throw malformedXml()
    return []
  },
  async stage(input, { call, env }) {
    const outcomes: Outcome[] = []
    for (const { Key, VersionId, ETag } of input.Delete?.Objects ?? []) {
      const named = { Key, ...(VersionId === undefined ? {} : { VersionId }) }
      try {
        const answer = await env.invoke(
          call.principal,
          's3',
          'DeleteObject',
          { Bucket: input.Bucket, ...named, ...(ETag === undefined ? {} : { IfMatch: ETag }) },
          { cause: call.cause, region: call.region, account: call.account, via: call.via, secure: call.secure },
        )
        const marker = VersionId === undefined && answer.DeleteMarker === true
        outcomes.push({
          deleted: {
            ...named,
            ...(answer.DeleteMarker === true ? { DeleteMarker: true } : {}),
            ...(marker ? { DeleteMarkerVersionId: answer.VersionId } : {}),
          },
        })
      } catch (error) {
        if (!isAwsError(error)) throw error
        outcomes.push({ error: { ...named, Code: error.name, Message: error.message } })
      }
    }
    return outcomes
  },
  run(input, _context, outcomes) {
    const deleted = outcomes.flatMap(outcome => outcome.deleted ?? [])
    const errors = outcomes.flatMap(outcome => outcome.error ?? [])
    return {
      ...(input.Delete?.Quiet === true ? {} : { Deleted: deleted }),
      ...(errors.length === 0 ? {} : { Errors: errors }),
    }
  },
})
