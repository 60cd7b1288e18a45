import { AwsError, type Honoured, isAwsError, notImplemented, refuseOthers } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

type Put = (bucket: string, value: unknown, io: ResourceIo) => Promise<unknown>

/** CloudFormation's spelling of a property's members; what is not listed here is refused. */
const rename = (of: string, value: unknown, names: Record<string, string | undefined>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, each]) => {
      const renamed = names[name]
      if (renamed === undefined) throw notImplemented(`AWS::S3::Bucket.${of}.${name}`)
      return [renamed, each]
    }),
  )

const itself = (...names: string[]) => Object.fromEntries(names.map(name => [name, name]))

/** Templates may spell booleans and numbers as text. */
const flags = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value) === 'true']))

function encryptionRules(value: unknown) {
  const { ServerSideEncryptionConfiguration: rules } = value as {
    ServerSideEncryptionConfiguration: Record<string, unknown>[]
  }
  return rules.map(rule => {
    const known = rename('BucketEncryption', rule, {
      ...itself('BucketKeyEnabled', 'BlockedEncryptionTypes'),
      ServerSideEncryptionByDefault: 'ApplyServerSideEncryptionByDefault',
    })
    const enabled = known.BucketKeyEnabled
    return { ...known, ...(enabled === undefined ? {} : { BucketKeyEnabled: String(enabled) === 'true' }) }
  })
}

type Rule = Record<string, unknown>

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
function lifecycleRule(rule: Rule): Rule {
  const {
    ExpirationInDays,
    ExpirationDate,
    ExpiredObjectDeleteMarker,
    NoncurrentVersionExpirationInDays,
    Prefix,
    TagFilters,
    ...rest
  } = rule
  const known = rename(
    'LifecycleConfiguration',
    rest,
    itself('Id', 'Status', 'AbortIncompleteMultipartUpload', 'NoncurrentVersionExpiration'),
  )
  const { Id, ...plain } = known
  if (TagFilters !== undefined) throw notImplemented('AWS::S3::Bucket.LifecycleConfiguration.TagFilters')
  const expiration = {
    ...(ExpirationInDays === undefined ? {} : { Days: Number(ExpirationInDays) }),
    ...(ExpirationDate === undefined ? {} : { Date: new Date(String(ExpirationDate)) }),
    ...(ExpiredObjectDeleteMarker === undefined
      ? {}
      : { ExpiredObjectDeleteMarker: String(ExpiredObjectDeleteMarker) === 'true' }),
  }
  return {
    ...numbers(plain),
    ...(Id === undefined ? {} : { ID: Id }),
    Filter: { Prefix: String(Prefix ?? '') },
    ...(Object.keys(expiration).length === 0 ? {} : { Expiration: expiration }),
    ...(NoncurrentVersionExpirationInDays === undefined
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: Number(NoncurrentVersionExpirationInDays) } }),
  }
}

const numbers = (rule: Rule): Rule =>
  Object.fromEntries(
    Object.entries(rule).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, Number(each)]))
        : value,
    ]),
  )

const list = <T>(value: unknown, name: string) => ((value as Record<string, unknown> | undefined)?.[name] ?? []) as T[]

/** In the order in which they are put; `undefined` takes a setting away. */
const settings: Record<string, Put> = {
  OwnershipControls: (Bucket, value, io) =>
    value === undefined
      ? io.invoke('s3', 'DeleteBucketOwnershipControls', { Bucket })
      : io.invoke('s3', 'PutBucketOwnershipControls', {
          Bucket,
          OwnershipControls: { Rules: list<{ ObjectOwnership: 'BucketOwnerEnforced' }>(value, 'Rules') },
        }),
  PublicAccessBlockConfiguration: (Bucket, value, io) =>
    value === undefined
      ? io.invoke('s3', 'DeletePublicAccessBlock', { Bucket })
      : io.invoke('s3', 'PutPublicAccessBlock', {
          Bucket,
          PublicAccessBlockConfiguration: flags(
            rename(
              'PublicAccessBlockConfiguration',
              value,
              itself('BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'),
            ),
          ),
        }),
  BucketEncryption: (Bucket, value, io) =>
    value === undefined
      ? io.invoke('s3', 'DeleteBucketEncryption', { Bucket })
      : io.invoke('s3', 'PutBucketEncryption', {
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: encryptionRules(value) as never },
        }),
  VersioningConfiguration: (Bucket, value, io) =>
    io.invoke('s3', 'PutBucketVersioning', {
      Bucket,
      VersioningConfiguration: {
        Status: value === undefined ? 'Suspended' : ((value as { Status: string }).Status as 'Enabled'),
      },
    }),
  NotificationConfiguration(Bucket, value, io) {
    const { EventBridgeConfiguration: bridge } =
      value === undefined ? {} : rename('NotificationConfiguration', value, itself('EventBridgeConfiguration'))
    const enabled =
      bridge !== undefined && String((bridge as { EventBridgeEnabled?: unknown }).EventBridgeEnabled ?? true) === 'true'
    const NotificationConfiguration = enabled ? { EventBridgeConfiguration: {} } : {}
    return io.invoke('s3', 'PutBucketNotificationConfiguration', { Bucket, NotificationConfiguration })
  },
  LifecycleConfiguration: (Bucket, value, io) =>
    value === undefined
      ? io.invoke('s3', 'DeleteBucketLifecycle', { Bucket })
      : io.invoke('s3', 'PutBucketLifecycleConfiguration', {
          Bucket,
          LifecycleConfiguration: { Rules: list<Rule>(value, 'Rules').map(lifecycleRule) as never },
        }),
  Tags: (Bucket, value, io) =>
    value === undefined
      ? io.invoke('s3', 'DeleteBucketTagging', { Bucket })
      : io.invoke('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: value as { Key: string; Value: string }[] } }),
}

const honoured: Honoured = {
  BucketName: true,
  ...Object.fromEntries(Object.keys(settings).map(name => [name, true as const])),
}

const resource = (name: string, region: string): Resource => ({
  physicalId: name,
  attributes: {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  },
})

/** CloudFormation finds it before S3 is asked: https://github.com/aws-samples/iam-identity-center-team/issues/157 */
const inTheWay = (name: string) => new AwsError('BucketAlreadyExists', `${name} already exists`, { status: 0 })

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export const bucketResource: ResourceType = {
  type: 'AWS::S3::Bucket',
  async create(properties, io) {
    refuseOthers(properties, honoured, 'AWS::S3::Bucket')
    const name = properties.BucketName === undefined ? io.name(63).toLowerCase() : String(properties.BucketName)
    const location =
      io.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: io.region as 'eu-west-1' } }
    await io.invoke('s3', 'CreateBucket', { Bucket: name, ...location }).catch((error: unknown) => {
      throw isAwsError(error, 'BucketAlreadyExists', 'BucketAlreadyOwnedByYou') ? inTheWay(name) : error
    })
    io.made(name)
    for (const [property, put] of Object.entries(settings)) {
      if (properties[property] !== undefined) await put(name, properties[property], io)
    }
    return resource(name, io.region)
  },
  async update(name, properties, previous, io) {
    refuseOthers(properties, honoured, 'AWS::S3::Bucket')
    for (const [property, put] of Object.entries(settings)) {
      if (!same(properties[property], previous[property])) await put(name, properties[property], io)
    }
    return resource(name, io.region)
  },
  async delete(name, _properties, io) {
    try {
      await io.invoke('s3', 'DeleteBucket', { Bucket: name })
    } catch (error) {
      if (!isAwsError(error, 'NoSuchBucket')) throw error
    }
  },
}

async function putPolicy(properties: Properties, io: ResourceIo): Promise<Resource> {
  refuseOthers(properties, { Bucket: true, PolicyDocument: true }, 'AWS::S3::BucketPolicy')
  const { Bucket, PolicyDocument: document } = properties
  const Policy = typeof document === 'string' ? document : JSON.stringify(document)
  await io.invoke('s3', 'PutBucketPolicy', { Bucket: String(Bucket), Policy })
  return { physicalId: String(Bucket), attributes: {} }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html */
export const bucketPolicyResource: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  create: putPolicy,
  update: (_id, properties, _previous, io) => putPolicy(properties, io),
  async delete(bucket, _properties, io) {
    try {
      await io.invoke('s3', 'DeleteBucketPolicy', { Bucket: bucket })
    } catch (error) {
      if (!isAwsError(error, 'NoSuchBucket')) throw error
    }
  },
}
