import { type Access, bucketStatements, type Definition, type Names, type Template } from '@tripoint/pipeline'
import type { PlannedResource } from './planned-resource.ts'
import { policyDocument, type Statements } from './policy.ts'

const KEY_ARN: Template = { 'Fn::GetAtt': ['Key', 'Arn'] }

export const bucketResources = (definition: Definition, names: Names, access: readonly Access[]): PlannedResource[] => [
  {
    logicalId: 'Bucket',
    type: 'AWS::S3::Bucket',
    properties: {
      BucketName: names.bucket,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
          },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      ...(definition.retrainOn === 'data'
        ? { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }
        : {}),
    },
    precious: true,
  },
  {
    logicalId: 'BucketPolicy',
    type: 'AWS::S3::BucketPolicy',
    properties: {
      Bucket: { Ref: 'Bucket' },
      PolicyDocument: policyDocument([...guards(names), ...bucketStatements(access)], names, KEY_ARN),
    },
  },
]

const SSE = 's3:x-amz-server-side-encryption'
const SSE_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id'
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm'

/**
 * Denies what is wrong and not what is missing: an upload without a header gets the bucket's default, A's key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function guards(names: Names): Statements {
  const objects = `${names.bucketArn}/*`
  const put = (sid: string, condition: Template) => deny(sid, 's3:PutObject', objects, condition)
  return [
    put('DenyOtherEncryption', { Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: 'aws:kms' } }),
    // Not ArnNotEqualsIfExists: that is true when the header is missing, and would refuse every plain upload.
    put('DenyOtherKeys', { Null: { [SSE_KEY]: 'false' }, ArnNotEquals: { [SSE_KEY]: KEY_ARN } }),
    // aws:kms without a key id means the writer's own aws/s3 key, which no other account can ever use.
    put('DenyNoKey', { Null: { [SSE]: 'false', [SSE_KEY]: 'true' } }),
    put('DenyCustomerKeys', { Null: { [SSE_C]: 'false' } }),
    deny('DenyPlainHttp', 's3:*', [names.bucketArn, objects], { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('DenyOldTls', 's3:*', [names.bucketArn, objects], { NumericLessThan: { 's3:TlsVersion': '1.2' } }),
  ]
}

const deny = (sid: string, action: string, resource: Template, condition: Template) => ({
  Sid: sid,
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resource,
  Condition: condition,
})
