import { isAwsError, table } from '../../engine/index.ts'
import { type Call, internalOperation } from '../../gate/index.ts'
import { commitIdDoesNotExist, uploadDoesNotExist } from './errors.ts'
import { demand, directoryOf, repositoryOf } from './repository.ts'
import { gitOr } from './revision.ts'

// Actions that exist only as permissions: CodePipeline uses them to have an archive of a commit put into its bucket.
// https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html

interface UploadArchiveInput {
  repositoryName: string
  commitId: string
  bucket: string
  key: string
  /** The artifact store's key; without one S3's own for the caller's account. */
  kmsKeyId?: string
}

interface Upload {
  uploadId: string
  status: 'Succeeded' | 'Failed' | 'Cancelled'
  /** S3's refusal. */
  error?: { name: string; message: string; status: number }
  versionId?: string
  etag?: string
}

const uploads = table<Upload>('codecommit/upload') // [account, region, repository, upload id]

const keyOf = (call: Call, name: string, id: string) => [call.account, call.region, name, id] as const

/** The bytes go to S3 with the caller's own rights. */
export const uploadArchive = internalOperation<UploadArchiveInput, { uploadId: string }, Omit<Upload, 'uploadId'>>({
  authorize: ({ repositoryName }, { read, call }) => demand(read, call, 'UploadArchive', repositoryName),
  async stage({ repositoryName, commitId, bucket, key, kmsKeyId }, { read, call, env }) {
    const repository = repositoryOf(read, call, repositoryName)
    const missing = commitIdDoesNotExist(commitId)
    if (!/^[0-9a-f]{40}$/.test(commitId)) throw missing
    const zip = await gitOr(missing, directoryOf(env, repository), ['archive', '--format=zip', commitId])
    const encryption = kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }
    try {
      const put = await env.invoke(
        call.principal,
        's3',
        'PutObject',
        {
          Bucket: bucket,
          Key: key,
          Body: new Uint8Array(zip),
          ContentType: 'application/zip',
          ServerSideEncryption: 'aws:kms',
          ...encryption,
        },
        { cause: call.cause, region: call.region, via: call.via },
      )
      return {
        status: 'Succeeded',
        ...(put.VersionId === undefined ? {} : { versionId: put.VersionId }),
        ...(put.ETag === undefined ? {} : { etag: put.ETag }),
      }
    } catch (error) {
      if (!isAwsError(error)) throw error
      return { status: 'Failed', error: { name: error.name, message: error.message, status: error.status } }
    }
  },
  run({ repositoryName }, { tx, call, env }, staged) {
    const uploadId = env.ids.uuid()
    uploads.put(tx, [...keyOf(call, repositoryName, uploadId)], { uploadId, ...staged })
    return { uploadId }
  },
})

interface UploadInput {
  repositoryName: string
  uploadId: string
}

export const getUploadArchiveStatus = internalOperation<UploadInput, Upload>({
  authorize: ({ repositoryName }, { read, call }) => demand(read, call, 'GetUploadArchiveStatus', repositoryName),
  run({ repositoryName, uploadId }, { tx, call }) {
    const upload = uploads.get(tx, ...keyOf(call, repositoryName, uploadId))
    if (upload === undefined) throw uploadDoesNotExist(uploadId)
    return upload
  },
})

/** Also how a caller that is done with an upload lets go of it. */
export const cancelUploadArchive = internalOperation<UploadInput, Record<string, never>>({
  authorize: ({ repositoryName }, { read, call }) => demand(read, call, 'CancelUploadArchive', repositoryName),
  run({ repositoryName, uploadId }, { tx, call }) {
    uploads.delete(tx, ...keyOf(call, repositoryName, uploadId))
    return {}
  },
})
