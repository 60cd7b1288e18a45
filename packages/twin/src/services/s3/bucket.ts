import { type Reader, table } from '../../engine/index.ts'
import type { Call, PinnedPrincipals } from '../../gate/index.ts'
import { accessDenied, noSuchBucket, wrongRegion } from './errors.ts'

export interface PublicAccessBlock {
  BlockPublicAcls: boolean
  IgnorePublicAcls: boolean
  BlockPublicPolicy: boolean
  RestrictPublicBuckets: boolean
}

export interface DefaultEncryption {
  algorithm: 'AES256' | 'aws:kms'
  /** As it was given: an alias or bare id is looked up in the account of each caller. */
  keyId?: string
  bucketKey: boolean
  /** `SSE-C`, where the bucket refuses it. */
  blocked?: string[]
}

export interface Bucket {
  name: string
  account: string
  region: string
  created: number
  /** S3's own key: it wraps the data keys of SSE-S3 objects. */
  secret: Uint8Array
  encryption: DefaultEncryption
  ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
  publicAccess?: PublicAccessBlock
  versioning?: 'Enabled' | 'Suspended'
  policy?: { document: string; pins: PinnedPrincipals }
  tags?: Record<string, string>
  eventBridge: boolean
  /** Rules as they came. */
  lifecycle?: { rules: unknown[]; transitionMinimum?: string }
}

export const buckets = table<Bucket>('s3/bucket', { keep: true }) // [name]

export const bucketArn = (name: string) => `arn:aws:s3:::${name}`
export const objectArn = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`

export interface OfBucket {
  Bucket?: string | undefined
  ExpectedBucketOwner?: string | undefined
}

/** What S3 finds out before it asks any policy: is there such a bucket, here, and the expected owner's. */
export function findBucket(read: Reader, call: Call, input: OfBucket, anyRegion = false): Bucket {
  const name = input.Bucket ?? ''
  const bucket = buckets.get(read, name.startsWith('arn:aws:s3:::') ? name.slice('arn:aws:s3:::'.length) : name)
  if (bucket === undefined) throw noSuchBucket(name)
  if (!anyRegion && bucket.region !== call.region) throw wrongRegion(bucket.name, bucket.region)
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.account) throw accessDenied()
  return bucket
}
