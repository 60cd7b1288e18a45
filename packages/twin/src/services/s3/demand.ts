import type { Reader } from '../../engine/index.ts'
import { type Call, type Context, currentPolicy, type Demand } from '../../gate/index.ts'
import { type Bucket, bucketArn, objectArn } from './bucket.ts'

type Conditions = NonNullable<Demand['context']>

function policyOf(read: Reader, bucket: Bucket): Pick<Demand, 'resourcePolicy' | 'bucket'> {
  if (bucket.policy === undefined) return {}
  const document = currentPolicy(read, bucket.policy.document, bucket.policy.pins)
  return {
    resourcePolicy: { rule: 'plain', name: `bucket policy of ${bucket.name}`, document },
    ...(bucket.publicAccess?.RestrictPublicBuckets === true ? { bucket: { restrictPublic: true } } : {}),
  }
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys */
const common = (bucket: Bucket, { principal }: Call): Conditions => ({
  's3:ResourceAccount': bucket.account,
  's3:signatureversion': principal.type === 'anonymous' ? undefined : 'AWS4-HMAC-SHA256',
})

const demand = (
  { read, call }: Pick<Context, 'read' | 'call'>,
  bucket: Bucket,
  action: string,
  resource: string,
  context: Conditions,
): Demand => ({
  action,
  resource,
  account: bucket.account,
  context: { ...common(bucket, call), ...context },
  ...policyOf(read, bucket),
})

export const onBucket = (
  context: Pick<Context, 'read' | 'call'>,
  bucket: Bucket,
  action: string,
  conditions: Conditions = {},
) => demand(context, bucket, action, bucketArn(bucket.name), conditions)

export const onObject = (
  context: Pick<Context, 'read' | 'call'>,
  bucket: Bucket,
  key: string,
  action: string,
  conditions: Conditions = {},
) => demand(context, bucket, action, objectArn(bucket.name, key), conditions)

/** Only headers that the client sent: a policy that asks for one is not satisfied by the bucket's defaults. */
export const writeConditions = (input: {
  ServerSideEncryption?: string | undefined
  SSEKMSKeyId?: string | undefined
  SSECustomerAlgorithm?: string | undefined
  ACL?: string | undefined
  GrantFullControl?: string | undefined
  GrantRead?: string | undefined
  GrantReadACP?: string | undefined
  GrantWriteACP?: string | undefined
  StorageClass?: string | undefined
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
}): Conditions => ({
  's3:x-amz-server-side-encryption': input.ServerSideEncryption,
  's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
  's3:x-amz-server-side-encryption-customer-algorithm': input.SSECustomerAlgorithm,
  's3:x-amz-acl': input.ACL,
  's3:x-amz-grant-full-control': input.GrantFullControl,
  's3:x-amz-grant-read': input.GrantRead,
  's3:x-amz-grant-read-acp': input.GrantReadACP,
  's3:x-amz-grant-write-acp': input.GrantWriteACP,
  's3:x-amz-storage-class': input.StorageClass,
  's3:if-match': input.IfMatch,
  's3:if-none-match': input.IfNoneMatch,
})

export const requestTags = (tags: Record<string, string>): Conditions => ({
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`s3:RequestObjectTag/${name}`, value])),
  's3:RequestObjectTagKeys': Object.keys(tags).length === 0 ? undefined : Object.keys(tags),
})

export const existingTags = (tags: Record<string, string> | undefined): Conditions =>
  Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [`s3:ExistingObjectTag/${name}`, value]))

/**
 * AWS explains a refusal only within the account, and S3 puts the resource in quotation marks.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export const explainWithinAccount = (text: string, call: Call, owner: string) =>
  call.principal.account === owner && owner !== ''
    ? text.replace(/ on resource: (arn:aws:s3:::.*) (because no|with an explicit deny)/s, ' on resource: "$1" $2')
    : 'Access Denied'
