import { entryOf, member } from '../template/value.ts'
import { objects } from '../world/built.ts'
import { type Asked, resourceOf } from '../world/request.ts'
import type { Resource, World } from '../world/world.ts'
import type { Assumed } from './usual-context.ts'

/** What S3 asks of KMS, as the caller. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
const ASKED: Readonly<Record<string, string>> = {
  's3:getobject': 'kms:Decrypt',
  's3:getobjectversion': 'kms:Decrypt',
  's3:putobject': 'kms:GenerateDataKey',
}

export interface DataKeyQuestion {
  readonly asked: Asked
  readonly assumed: readonly Assumed[]
  readonly because: string
}

/** The question that S3 puts to KMS, where the object lies under a key of the world. */
export function dataKeyQuestion(
  world: World,
  { principal, action, resource, context }: Asked,
): DataKeyQuestion | undefined {
  const asks = entryOf(ASKED, action.toLowerCase())
  const bucket = resourceOf(world, resource)
  if (asks === undefined || bucket?.type !== 'AWS::S3::Bucket') return undefined
  const { key, bucketKey } = defaultKeyOf(world, bucket)
  if (key === undefined) return undefined
  const because = `S3 asks KMS as the caller, for ${bucket.name} is encrypted with this key`
  const assumed: Assumed[] = [
    { key: 'kms:ViaService', value: `s3.${bucket.region}.amazonaws.com`, because },
    {
      key: 'kms:EncryptionContext:aws:s3:arn',
      value: bucketKey ? bucket.arn : resource,
      because: bucketKey ? 'the bucket uses a bucket key' : 'the bucket uses no bucket key',
    },
  ]
  const transport = Object.entries(context).filter(([name]) => name.toLowerCase().startsWith('aws:'))
  return {
    asked: {
      principal,
      action: asks,
      resource: key.arn,
      context: {
        ...Object.fromEntries(transport),
        ...Object.fromEntries(assumed.map(({ key: name, value }) => [name, value])),
      },
    },
    assumed,
    because,
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-serversideencryptionrule.html */
function defaultKeyOf(world: World, { properties, account }: Resource): { key?: Resource; bucketKey: boolean } {
  const [rule] = objects(member(properties.BucketEncryption, 'ServerSideEncryptionConfiguration'))
  const id = member(member(rule, 'ServerSideEncryptionByDefault'), 'KMSMasterKeyID')
  const key = world.resources.find(
    each => each.type === 'AWS::KMS::Key' && (each.arn === id || (each.account === account && each.name === id)),
  )
  return { ...(key ? { key } : {}), bucketKey: String(member(rule, 'BucketKeyEnabled')) === 'true' }
}
