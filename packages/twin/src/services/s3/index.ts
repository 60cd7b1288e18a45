/**
 * Gaps: access control lists beyond `private` and `bucket-owner-full-control`, object lock, replication, websites, CORS,
 *   access points, directory buckets, archives, Select, access logs, notifications other than to EventBridge, and the newer
 *   checksum algorithms are refused by name. Lifecycle rules are kept, not carried out. The condition keys s3:authType,
 *   s3:signatureAge and s3:x-amz-content-sha256 are not in the request context.
 * By design: every byte on disk is ciphertext. KMS is asked on every read and write, as the caller; with a bucket key AWS asks
 *   less often. A key is an opaque text and never part of a path. DeleteObjects is one DeleteObject of the caller's per key, so
 *   that each is decided for itself. A missing key demands s3:ListBucket, without which S3 does not say that it is missing.
 * Client quirks: the JavaScript SDK addresses buckets by host unless the endpoint is an IP address; older CLIs presign with
 *   SigV2 (set s3.signature_version = s3v4). In process, Body is a Node stream with the SDK's transformTo… methods.
 */
import type { Env, ResourceType, Service } from '../../gate/index.ts'
import { blobsOf } from './blob-store.ts'
import {
  deleteBucketLifecycle,
  deleteBucketTagging,
  getBucketLifecycleConfiguration,
  getBucketLogging,
  getBucketNotificationConfiguration,
  getBucketTagging,
  putBucketLifecycleConfiguration,
  putBucketLogging,
  putBucketNotificationConfiguration,
  putBucketTagging,
} from './bucket-configuration.ts'
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './bucket-policy.ts'
import {
  deleteBucketEncryption,
  deleteBucketOwnershipControls,
  deletePublicAccessBlock,
  getBucketAcl,
  getBucketEncryption,
  getBucketOwnershipControls,
  getBucketVersioning,
  getPublicAccessBlock,
  putBucketAcl,
  putBucketEncryption,
  putBucketOwnershipControls,
  putBucketVersioning,
  putPublicAccessBlock,
} from './bucket-protection.ts'
import { bucketPolicyResource, bucketResource } from './bucket-resource.ts'
import { completeMultipartUpload } from './complete-upload.ts'
import { copyObject } from './copy-object.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './create-bucket.ts'
import { deleteObject, deleteObjects } from './delete-object.ts'
import { explainWithinAccount } from './demand.ts'
import { getObject, getObjectAttributes, headObject } from './get-object.ts'
import { listObjects, listObjectsV2, listObjectVersions } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts'
import { versions } from './object.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts'
import { putObject } from './put-object.ts'
import { parts } from './upload.ts'

export const s3Service: Service = {
  name: 's3',
  sdk: [() => import('@aws-sdk/client-s3').then(sdk => ({ module: sdk, client: sdk.S3Client }))],
  denied: 'AccessDenied',
  denial: explainWithinAccount,
  operations: {
    AbortMultipartUpload: abortMultipartUpload,
    CompleteMultipartUpload: completeMultipartUpload,
    CopyObject: copyObject,
    CreateBucket: createBucket,
    CreateMultipartUpload: createMultipartUpload,
    DeleteBucket: deleteBucket,
    DeleteBucketEncryption: deleteBucketEncryption,
    DeleteBucketLifecycle: deleteBucketLifecycle,
    DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
    DeleteBucketPolicy: deleteBucketPolicy,
    DeleteBucketTagging: deleteBucketTagging,
    DeleteObject: deleteObject,
    DeleteObjects: deleteObjects,
    DeleteObjectTagging: deleteObjectTagging,
    DeletePublicAccessBlock: deletePublicAccessBlock,
    GetBucketAcl: getBucketAcl,
    GetBucketEncryption: getBucketEncryption,
    GetBucketLifecycleConfiguration: getBucketLifecycleConfiguration,
    GetBucketLocation: getBucketLocation,
    GetBucketLogging: getBucketLogging,
    GetBucketNotificationConfiguration: getBucketNotificationConfiguration,
    GetBucketOwnershipControls: getBucketOwnershipControls,
    GetBucketPolicy: getBucketPolicy,
    GetBucketPolicyStatus: getBucketPolicyStatus,
    GetBucketTagging: getBucketTagging,
    GetBucketVersioning: getBucketVersioning,
    GetObject: getObject,
    GetObjectAttributes: getObjectAttributes,
    GetObjectTagging: getObjectTagging,
    GetPublicAccessBlock: getPublicAccessBlock,
    HeadBucket: headBucket,
    HeadObject: headObject,
    ListBuckets: listBuckets,
    ListMultipartUploads: listMultipartUploads,
    ListObjects: listObjects,
    ListObjectsV2: listObjectsV2,
    ListObjectVersions: listObjectVersions,
    ListParts: listParts,
    PutBucketAcl: putBucketAcl,
    PutBucketEncryption: putBucketEncryption,
    PutBucketLifecycleConfiguration: putBucketLifecycleConfiguration,
    PutBucketLogging: putBucketLogging,
    PutBucketNotificationConfiguration: putBucketNotificationConfiguration,
    PutBucketOwnershipControls: putBucketOwnershipControls,
    PutBucketPolicy: putBucketPolicy,
    PutBucketTagging: putBucketTagging,
    PutBucketVersioning: putBucketVersioning,
    PutObject: putObject,
    PutObjectTagging: putObjectTagging,
    PutPublicAccessBlock: putPublicAccessBlock,
    UploadPart: uploadPart,
    UploadPartCopy: uploadPartCopy,
  },
  open: sweepBlobs,
}

export const s3ResourceTypes: ResourceType[] = [bucketResource, bucketPolicyResource]

/** Files of writes that were never committed, or of objects that were just deleted, when the twin was killed. */
async function sweepBlobs(env: Env) {
  const known = new Set<string>()
  for (const { content } of versions.list(env.store)) for (const { id } of content?.blobs ?? []) known.add(id)
  for (const { blob } of parts.list(env.store)) known.add(blob.id)
  await blobsOf(env).sweep(id => known.has(id))
}
