import { isAwsError, notImplemented } from '../../../engine/index.ts'
import type { ActionKind } from './action-kind.ts'
import { bytesOf, filesIn } from './archive.ts'
import { ArtifactRefused, bucketRefused, denied, failed } from './failure.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html */
export const s3Source: ActionKind<never> = {
  category: 'Source',
  provider: 'S3',
  inputs: [0, 0],
  outputs: [1, 1],
  required: ['S3Bucket', 'S3ObjectKey'],
  optional: ['PollForSourceChanges'],
  timeout: 60,
  async step(io) {
    const { S3Bucket: bucket = '', S3ObjectKey: key = '' } = io.configuration
    try {
      const { Status } = await io.call('s3', 'GetBucketVersioning', { Bucket: bucket })
      if (Status !== 'Enabled')
        return failed('ConfigurationError', `The Amazon S3 bucket named ${bucket} is not versioned`)
      const override = io.execution.overrides.find(({ actionName }) => actionName === io.action.action)?.revisionValue
      const found = await io.call('s3', 'GetObject', {
        Bucket: bucket,
        Key: key,
        ...(override === undefined ? {} : { VersionId: override }),
      })
      const [output] = io.action.outputs
      if (output !== undefined) await io.write(output, await bytesOf(found.Body))
      const revisionId = found.VersionId ?? ''
      const variables = { BucketName: bucket, ObjectKey: key, ETag: found.ETag ?? '', VersionId: revisionId }
      const revision = {
        name: output?.name ?? '',
        revisionId,
        revisionSummary: `Amazon S3 version id: ${revisionId}`,
        created: new Date(io.action.started),
      }
      return { succeeded: { variables, revision, external: { id: revisionId } } }
    } catch (error) {
      if (error instanceof ArtifactRefused) return error.failure
      if (!isAwsError(error)) throw error
      if (denied(error)) return bucketRefused(bucket, error)
      return failed(
        'ConfigurationError',
        `The object with key ${key} was not found in the bucket ${bucket}: ${error.message}`,
      )
    }
  },
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html */
export const s3Deploy: ActionKind<never> = {
  category: 'Deploy',
  provider: 'S3',
  inputs: [1, 1],
  outputs: [0, 0],
  required: ['BucketName', 'Extract'],
  optional: ['ObjectKey', 'KMSEncryptionKeyARN', 'CannedACL', 'CacheControl'],
  timeout: 90,
  check({ CannedACL }) {
    if (CannedACL !== undefined) throw notImplemented('codepipeline S3 deploy action with CannedACL')
  },
  async step(io) {
    const {
      BucketName: bucket = '',
      Extract: extract,
      ObjectKey: key = '',
      KMSEncryptionKeyARN: kms,
      CacheControl,
    } = io.configuration
    const [input] = io.action.inputs
    const options = {
      Bucket: bucket,
      ...(kms === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kms }),
      ...(CacheControl === undefined ? {} : { CacheControl }),
    }
    try {
      const zip = input === undefined ? new Uint8Array() : await io.read(input)
      const files = extract === 'true' ? Object.entries(filesIn(zip)) : [['', zip] as const]
      for (const [name, bytes] of files) {
        const at = [key.replace(/\/$/, ''), name].filter(Boolean).join('/')
        await io.call('s3', 'PutObject', { ...options, Key: at, Body: bytes }, `put/${at}`)
      }
      return { succeeded: { summary: 'Deployment Succeeded' } }
    } catch (error) {
      if (error instanceof ArtifactRefused) return error.failure
      if (!isAwsError(error)) throw error
      return bucketRefused(bucket, error)
    }
  },
}
