import { readWorld } from '../world/read-world.ts'
import type { World } from '../world/world.ts'

type Json = Record<string, unknown>

/** A key, a bucket under it, a role of another account that reads it, and a user whose other policies nobody knows. */
export interface LineParts {
  /** of the key policy, beside administration */
  readonly key: Json[]
  /** of the bucket policy */
  readonly bucket: Json[]
  /** of the reader's own policy, in the other account */
  readonly reader: Json[]
  /** who may become the reader */
  readonly trust: Json[]
  readonly boundary?: Json[]
}

export const SHARED = '111111111111'
export const TRAINING = '222222222222'
export const READER = `arn:aws:iam::${TRAINING}:role/line-reader`
export const KEY = `arn:aws:kms:us-east-1:${SHARED}:key/line-base-Key`
export const BUCKET = 'arn:aws:s3:::line-data'

export const VIA_S3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }
export const BY_READER = { ArnEquals: { 'aws:PrincipalArn': READER } }
const OTHERS = { AWS: `arn:aws:iam::${TRAINING}:root` }

export const keyStatement = (Condition: Json = { ...BY_READER, ...VIA_S3 }): Json => ({
  Effect: 'Allow',
  Principal: OTHERS,
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition,
})
export const bucketStatement = (prefix: string): Json => ({
  Effect: 'Allow',
  Principal: OTHERS,
  Action: 's3:GetObject',
  Resource: `${BUCKET}/${prefix}*`,
  Condition: BY_READER,
})
export const own = (Action: string, Resource: string, Condition?: Json): Json => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
})
export const NO_HTTP: Json = {
  Sid: 'NoHttp',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}

const PARTS: LineParts = {
  key: [keyStatement()],
  bucket: [NO_HTTP, bucketStatement('data/')],
  reader: [own('kms:Decrypt', KEY, VIA_S3), own('s3:GetObject', `${BUCKET}/data/*`)],
  trust: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

const policy = (Statement: Json[]): Json => ({ Version: '2012-10-17', Statement })

export function worldOf(change: Partial<LineParts> = {}): World {
  const { key, bucket, reader, trust, boundary } = { ...PARTS, ...change }
  const administration = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${SHARED}:root` },
    Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'],
    Resource: '*',
  }
  const base = {
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy([administration, ...key]) } },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'line-data',
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
              },
            },
          ],
        },
      },
    },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: policy(bucket) },
    },
    People: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { Users: ['publisher'], PolicyDocument: policy([own('s3:PutObject', `${BUCKET}/data/*`)]) },
    },
  }
  const training = {
    ReaderRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'line-reader',
        AssumeRolePolicyDocument: policy(trust),
        Policies: [{ PolicyName: 'access', PolicyDocument: policy(reader) }],
        ...(boundary ? { PermissionsBoundary: { Ref: 'Boundary' } } : {}),
      },
    },
    ...(boundary
      ? { Boundary: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policy(boundary) } } }
      : {}),
  }
  return readWorld([input('line-base', SHARED, 'shared', base), input('line-training', TRAINING, 'training', training)])
}

const input = (stack: string, account: string, label: string, Resources: Json) => ({
  name: `${stack}.json`,
  text: JSON.stringify({ Resources }, null, 2),
  stack,
  account,
  label,
  region: 'us-east-1',
})
