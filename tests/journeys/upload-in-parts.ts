import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { type Connection, client } from '../../packages/cli/src/cloud/cloud.ts'

/** As the AWS CLI uploads a large file; or breaks the upload off. */
export async function uploadInParts(
  connection: Connection,
  { bucket: Bucket, key: Key }: { bucket: string; key: string },
  end: 'complete' | 'abort',
): Promise<void> {
  const s3 = client(S3Client, connection)
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  if (end === 'abort') {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    return
  }
  const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: '1,2\n' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
}
