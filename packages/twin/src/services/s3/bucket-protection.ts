import type * as s3 from '@aws-sdk/client-s3'
import { notImplemented } from '../../engine/index.ts'
import { type Context, operation, type TxContext } from '../../gate/index.ts'
import { type Bucket, buckets, type DefaultEncryption, findBucket, type OfBucket } from './bucket.ts'
import { onBucket } from './demand.ts'
import { aclsNotSupported, invalidArgument, malformedXml, noSuch } from './errors.ts'

export const asked = (action: string) => (input: OfBucket, context: Context) => [
  onBucket(context, findBucket(context.read, context.call, input), action),
]

export const change = ({ tx, call }: TxContext, input: OfBucket, with_: (bucket: Bucket) => Bucket) => {
  const bucket = with_(findBucket(tx, call, input))
  buckets.put(tx, [bucket.name], bucket)
  return {}
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning = operation<typeof s3, 'GetBucketVersioning'>({
  authorize: asked('s3:GetBucketVersioning'),
  run(input, { tx, call }) {
    const { versioning } = findBucket(tx, call, input)
    return versioning === undefined ? {} : { Status: versioning }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning = operation<typeof s3, 'PutBucketVersioning'>({
  authorize: asked('s3:PutBucketVersioning'),
  run(input, context) {
    const { Status, MFADelete } = input.VersioningConfiguration ?? {}
    if (MFADelete === 'Enabled') throw notImplemented('s3:PutBucketVersioning with MFADelete')
    if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml()
    return change(context, input, bucket => ({ ...bucket, versioning: Status }))
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
export const getBucketEncryption = operation<typeof s3, 'GetBucketEncryption'>({
  authorize: asked('s3:GetEncryptionConfiguration'),
  run(input, { tx, call }) {
    const { algorithm, keyId, bucketKey, blocked } = findBucket(tx, call, input).encryption
    const rule: s3.ServerSideEncryptionRule = {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: algorithm,
        ...(keyId === undefined ? {} : { KMSMasterKeyID: keyId }),
      },
      BucketKeyEnabled: bucketKey,
      ...(blocked === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType: blocked as s3.EncryptionType[] } }),
    }
    return { ServerSideEncryptionConfiguration: { Rules: [rule] } }
  },
})

function encryptionOf(input: s3.PutBucketEncryptionCommandInput): DefaultEncryption {
  const rules = input.ServerSideEncryptionConfiguration?.Rules ?? []
  const [rule] = rules
  if (rule === undefined || rules.length > 1) throw malformedXml()
  const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: keyId } = rule.ApplyServerSideEncryptionByDefault ?? {}
  if (algorithm === 'aws:kms:dsse') throw notImplemented('s3:PutBucketEncryption with aws:kms:dsse')
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') throw malformedXml()
  if (algorithm === 'AES256' && keyId !== undefined) {
    throw invalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    )
  }
  const blocked = rule.BlockedEncryptionTypes?.EncryptionType?.filter(type => type !== 'NONE')
  return {
    algorithm,
    bucketKey: rule.BucketKeyEnabled ?? false,
    ...(keyId === undefined ? {} : { keyId }),
    ...(blocked === undefined || blocked.length === 0 ? {} : { blocked }),
  }
}

/** Whether the key exists is found out by the first upload. …/API_PutBucketEncryption.html */
export const putBucketEncryption = operation<typeof s3, 'PutBucketEncryption'>({
  authorize: asked('s3:PutEncryptionConfiguration'),
  run: (input, context) => change(context, input, bucket => ({ ...bucket, encryption: encryptionOf(input) })),
})

/** Back to SSE-S3: there is no unencrypted bucket. …/API_DeleteBucketEncryption.html */
export const deleteBucketEncryption = operation<typeof s3, 'DeleteBucketEncryption'>({
  authorize: asked('s3:PutEncryptionConfiguration'),
  run: (input, context) =>
    change(context, input, bucket => ({ ...bucket, encryption: { algorithm: 'AES256', bucketKey: false } })),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const getPublicAccessBlock = operation<typeof s3, 'GetPublicAccessBlock'>({
  authorize: asked('s3:GetBucketPublicAccessBlock'),
  run(input, { tx, call }) {
    const { name, publicAccess } = findBucket(tx, call, input)
    if (publicAccess === undefined) {
      throw noSuch('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', name)
    }
    return { PublicAccessBlockConfiguration: publicAccess }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const putPublicAccessBlock = operation<typeof s3, 'PutPublicAccessBlock'>({
  authorize: asked('s3:PutBucketPublicAccessBlock'),
  run(input, context) {
    const given = input.PublicAccessBlockConfiguration
    if (given === undefined) throw malformedXml()
    const publicAccess = {
      BlockPublicAcls: given.BlockPublicAcls ?? false,
      IgnorePublicAcls: given.IgnorePublicAcls ?? false,
      BlockPublicPolicy: given.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
    }
    return change(context, input, bucket => ({ ...bucket, publicAccess }))
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const deletePublicAccessBlock = operation<typeof s3, 'DeletePublicAccessBlock'>({
  authorize: asked('s3:PutBucketPublicAccessBlock'),
  run: (input, context) => change(context, input, ({ publicAccess: _, ...bucket }) => bucket),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export const getBucketOwnershipControls = operation<typeof s3, 'GetBucketOwnershipControls'>({
  authorize: asked('s3:GetBucketOwnershipControls'),
  run: (input, { tx, call }) => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: findBucket(tx, call, input).ownership }] },
  }),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const putBucketOwnershipControls = operation<typeof s3, 'PutBucketOwnershipControls'>({
  authorize: asked('s3:PutBucketOwnershipControls'),
  run(input, context) {
    const ownership = input.OwnershipControls?.Rules?.[0]?.ObjectOwnership
    if (ownership === undefined) throw malformedXml()
    return change(context, input, bucket => ({ ...bucket, ownership }))
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html */
export const deleteBucketOwnershipControls = operation<typeof s3, 'DeleteBucketOwnershipControls'>({
  authorize: asked('s3:PutBucketOwnershipControls'),
  run: (input, context) => change(context, input, bucket => ({ ...bucket, ownership: 'ObjectWriter' })),
})

const ownerOnly = (bucket: Bucket) => ({
  Owner: { ID: bucket.account },
  Grants: [{ Grantee: { ID: bucket.account, Type: 'CanonicalUser' as const }, Permission: 'FULL_CONTROL' as const }],
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const getBucketAcl = operation<typeof s3, 'GetBucketAcl'>({
  authorize: asked('s3:GetBucketAcl'),
  run: (input, { tx, call }) => ownerOnly(findBucket(tx, call, input)),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const putBucketAcl = operation<typeof s3, 'PutBucketAcl'>({
  authorize: (input, context) => [
    onBucket(context, findBucket(context.read, context.call, input), 's3:PutBucketAcl', { 's3:x-amz-acl': input.ACL }),
  ],
  run(input, { tx, call }) {
    const bucket = findBucket(tx, call, input)
    if (bucket.ownership === 'BucketOwnerEnforced') throw aclsNotSupported()
    if (input.ACL !== 'private') throw notImplemented('s3 access control lists')
    return {}
  },
})
