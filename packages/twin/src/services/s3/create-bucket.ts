import type * as s3 from '@aws-sdk/client-s3'
import { notImplemented } from '../../engine/index.ts'
import { type Call, type Context, type Demand, operation } from '../../gate/index.ts'
import { blobsOf } from './blob-store.ts'
import { bucketArn, buckets, findBucket } from './bucket.ts'
import { onBucket } from './demand.ts'
import {
  aclsWithOwnerEnforced,
  bucketExists,
  bucketNotEmpty,
  bucketOwned,
  illegalLocation,
  invalidBucketName,
  notFound,
} from './errors.ts'
import { seconds, versions } from './object.ts'
import { tagRecord } from './object-tagging.ts'
import { parts, partsOf, uploads } from './upload.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkedName(name = ''): string {
  const plain =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  if (!plain || /^(xn--|sthree-|amzn-s3-demo-)/.test(name) || /(-s3alias|--ol-s3|--x-s3|\.mrap)$/.test(name))
    throw invalidBucketName(name)
  return name
}

function regionOf(input: s3.CreateBucketCommandInput, call: Call): string {
  const constraint = input.CreateBucketConfiguration?.LocationConstraint
  // us-east-1 is the absence of a constraint, and its endpoint creates buckets anywhere.
  if (constraint === undefined && call.region !== 'us-east-1') throw illegalLocation('unspecified')
  if (constraint !== undefined && call.region !== 'us-east-1' && constraint !== call.region)
    throw illegalLocation(constraint)
  return constraint ?? 'us-east-1'
}

function demands(input: s3.CreateBucketCommandInput, { call }: Context): Demand[] {
  const demand = (action: string): Demand => ({
    action,
    resource: bucketArn(checkedName(input.Bucket)),
    account: call.account,
    context: {
      's3:ResourceAccount': call.account,
      's3:locationconstraint': input.CreateBucketConfiguration?.LocationConstraint,
      's3:x-amz-acl': input.ACL,
      's3:x-amz-object-ownership': input.ObjectOwnership,
      's3:signatureversion': 'AWS4-HMAC-SHA256',
    },
  })
  return [
    demand('s3:CreateBucket'),
    ...(input.ACL === undefined ? [] : [demand('s3:PutBucketAcl')]),
    ...(input.ObjectOwnership === undefined ? [] : [demand('s3:PutBucketOwnershipControls')]),
    ...(input.CreateBucketConfiguration?.Tags === undefined ? [] : [demand('s3:TagResource')]),
  ]
}

const unsupported = [
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWrite',
  'GrantWriteACP',
  'BucketNamespace',
] as const

/**
 * Every new bucket is encrypted, private, and its owner's alone, since 2023.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export const createBucket = operation<typeof s3, 'CreateBucket'>({
  authorize: demands,
  run(input, { tx, call, env }) {
    const name = checkedName(input.Bucket)
    const refused = unsupported.find(each => input[each] !== undefined)
    if (refused !== undefined) throw notImplemented(`s3:CreateBucket with ${refused}`)
    if (input.ObjectLockEnabledForBucket === true)
      throw notImplemented('s3:CreateBucket with ObjectLockEnabledForBucket')
    if (input.CreateBucketConfiguration?.Bucket !== undefined) throw notImplemented('s3 directory buckets')
    const region = regionOf(input, call)
    const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced'
    if (input.ACL !== undefined && input.ACL !== 'private') {
      throw ownership === 'BucketOwnerEnforced' ? aclsWithOwnerEnforced() : notImplemented('s3 access control lists')
    }
    const existing = buckets.get(tx, name)
    if (existing !== undefined) {
      if (existing.account !== call.account) throw bucketExists(name)
      // Only outside callers get us-east-1's old answer: CloudFormation must not take over a bucket of an earlier run.
      if (region !== 'us-east-1' || call.userAgent === 'aws-internal') throw bucketOwned(name)
      return { Location: `/${name}`, BucketArn: bucketArn(name) }
    }
    buckets.put(tx, [name], {
      name,
      account: call.account,
      region,
      created: call.now,
      secret: env.ids.bytes(32),
      encryption: { algorithm: 'AES256', bucketKey: false },
      ownership,
      publicAccess: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
      eventBridge: false,
      ...(input.CreateBucketConfiguration?.Tags === undefined
        ? {}
        : { tags: tagRecord(input.CreateBucketConfiguration.Tags, 50) }),
    })
    return {
      Location: region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      BucketArn: bucketArn(name),
    }
  },
})

/** Uploads that were never completed do not keep a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket = operation<typeof s3, 'DeleteBucket'>({
  authorize: (input, context) => [onBucket(context, findBucket(context.read, context.call, input), 's3:DeleteBucket')],
  run(input, { tx, call, env }) {
    const bucket = findBucket(tx, call, input)
    if (versions.entries(tx, [bucket.name], { limit: 1 }).next().done !== true) {
      throw bucketNotEmpty(bucket.name, bucket.versioning !== undefined)
    }
    for (const upload of [...uploads.list(tx, bucket.name)]) {
      const left = partsOf(tx, bucket.name, upload.id)
      for (const { number } of left) parts.delete(tx, bucket.name, upload.id, number)
      uploads.delete(tx, bucket.name, upload.key, upload.id)
      tx.after(() => blobsOf(env).remove(left.map(({ blob }) => blob)))
    }
    buckets.delete(tx, bucket.name)
    return {}
  },
})

/** A HEAD has no body to say more. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket = operation<typeof s3, 'HeadBucket'>({
  authorize(input, context) {
    if (buckets.get(context.read, input.Bucket ?? '') === undefined) throw notFound()
    return [onBucket(context, findBucket(context.read, context.call, input), 's3:ListBucket')]
  },
  run(input, { tx, call }) {
    const { name, region } = findBucket(tx, call, input)
    return { BucketArn: bucketArn(name), BucketRegion: region, AccessPointAlias: false }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets = operation<typeof s3, 'ListBuckets'>({
  authorize: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  run(input, { tx, call }) {
    const after = input.ContinuationToken === undefined ? '' : Buffer.from(input.ContinuationToken, 'base64').toString()
    const all = [...buckets.list(tx)]
      .filter(({ account, region }) => account === call.account && (input.BucketRegion ?? region) === region)
      .filter(({ name }) => name.startsWith(input.Prefix ?? '') && name > after)
    const shown = all.slice(0, input.MaxBuckets ?? all.length)
    return {
      Owner: { ID: call.account },
      Buckets: shown.map(({ name, region, created }) => ({
        Name: name,
        CreationDate: seconds(created),
        BucketArn: bucketArn(name),
        ...(input.MaxBuckets === undefined && input.BucketRegion === undefined ? {} : { BucketRegion: region }),
      })),
      ...(input.Prefix === undefined ? {} : { Prefix: input.Prefix }),
      ...(shown.length < all.length
        ? { ContinuationToken: Buffer.from(shown.at(-1)?.name ?? '').toString('base64') }
        : {}),
    }
  },
})

/** us-east-1 has no name here. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation = operation<typeof s3, 'GetBucketLocation'>({
  authorize: (input, context) => [
    onBucket(context, findBucket(context.read, context.call, input, true), 's3:GetBucketLocation'),
  ],
  run(input, { tx, call }) {
    const { region } = findBucket(tx, call, input, true)
    return region === 'us-east-1' ? {} : { LocationConstraint: region as s3.BucketLocationConstraint }
  },
})
