import { keyArnOf } from '../infer/artifact.ts'
import { list, text, truthy } from '../infer/field.ts'
import type { Line } from '../infer/line.ts'
import { below } from '../source/spot.ts'
import { member } from '../template/value.ts'
import { statementSpot } from '../world/statement-spot.ts'
import type { Resource } from '../world/world.ts'
import type { Rule } from './rule.ts'
import { isMade } from './written.ts'

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide'
const SSE = 's3:x-amz-server-side-encryption'
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id'

interface Stored {
  readonly bucket: Resource
  /** the key of the pipeline whose store it is, or whose training job writes there */
  readonly key?: string
}

/** The buckets that lines keep their artifacts in. */
const stores = ({ world, pipelines }: Line): Stored[] =>
  pipelines
    .flatMap(pipeline => pipeline.stores)
    .flatMap(store => {
      const bucket = buckets(world).find(({ name }) => name === store.bucket)
      return bucket ? [{ bucket, ...(store.key === undefined ? {} : { key: store.key }) }] : []
    })

const buckets = (world: Line['world']): Resource[] =>
  world.resources.filter(resource => resource.type === 'AWS::S3::Bucket' && isMade(resource))

function encryptionOf({ properties }: Resource) {
  const rule = list(member(properties.BucketEncryption, 'ServerSideEncryptionConfiguration'))[0]
  const preset = member(rule, 'ServerSideEncryptionByDefault')
  return { algorithm: text(member(preset, 'SSEAlgorithm')), key: text(member(preset, 'KMSMasterKeyID')) }
}

const denials = (bucket: Resource) =>
  (bucket.policy?.policy.document.Statement ?? []).flatMap((statement, index) =>
    statement.Effect === 'Deny' && (statement.Action ?? []).some(action => /^(\*|s3:(\*|put.*))$/i.test(action))
      ? [{ statement, spot: statementSpot(bucket.policy!, index) }]
      : [],
  )

/** Keys of conditions have no case; each with its operator. */
const conditions = (block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> | undefined) =>
  Object.entries(block ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values })),
  )

export const anyKeyAccepted: Rule = {
  code: 'any-key-accepted',
  severity: 'error',
  about: 'the bucket policy asks for KMS and not for which key',
  covers: ['D10', 'F8'],
  page: `${S3}/UsingKMSEncryption.html`,
  find: line =>
    stores(line).flatMap(({ bucket, key }) => {
      if (keyArnOf(key) === '') return []
      const all = denials(bucket)
      if (all.some(({ statement }) => conditions(statement.Condition).some(each => each.key === KEY_ID))) return []
      const algorithm = all.find(({ statement }) => conditions(statement.Condition).some(each => each.key === SSE))
      return [
        {
          message: `the policy of ${bucket.name} ${algorithm ? 'checks the algorithm of an upload and not its key' : 'does not check which key an upload is encrypted with'}`,
          consequence: `an object can lie under any key of its writer's account, aws/s3 too; whoever has only ${key} cannot read it`,
          cure: `deny s3:PutObject with Null ${KEY_ID} false and ArnNotEquals ${KEY_ID} ${key}`,
          spot: algorithm?.spot ?? bucket.spot,
        },
      ]
    }),
}

export const otherDefaultKey: Rule = {
  code: 'default-encryption',
  severity: 'error',
  about: "the bucket's default encryption is not the line's key",
  covers: ['D10'],
  page: `${S3}/bucket-encryption.html`,
  find: line =>
    stores(line).flatMap(({ bucket, key }) => {
      const { algorithm, key: preset } = encryptionOf(bucket)
      if (keyArnOf(key) === '' || (algorithm?.startsWith('aws:kms') && preset === key)) return []
      return [
        {
          message: `${bucket.name} encrypts by default with ${algorithm === undefined || algorithm === 'AES256' ? 'AES256' : (preset ?? 'aws/s3')}, and the line's key is ${key}`,
          consequence:
            'what is uploaded without a header does not lie under the key: the policy has to refuse it, or the key protects only part of the bucket',
          cure: `set BucketEncryption to aws:kms with KMSMasterKeyID ${key}`,
          spot: below(bucket.spot, 'Properties', 'BucketEncryption'),
        },
      ]
    }),
}

export const plainUploadDenied: Rule = {
  code: 'plain-upload-denied',
  severity: 'warning',
  about: 'the bucket policy refuses an upload that says nothing of encryption',
  covers: ['D10', 'F20'],
  page: `${S3}/amazon-s3-policy-keys.html`,
  find: line =>
    stores(line).flatMap(({ bucket }) =>
      denials(bucket).flatMap(({ statement, spot }) => {
        const all = conditions(statement.Condition)
        // A negated operator is true of a header that is not there, with IfExists too.
        const negated = all.filter(
          ({ operator, key }) => [SSE, KEY_ID].includes(key) && /^(String|Arn)Not/i.test(operator),
        )
        const present = all.some(
          ({ operator, key, values }) => operator === 'Null' && [SSE, KEY_ID].includes(key) && values.includes('false'),
        )
        const required = all.some(
          ({ operator, key, values }) => operator === 'Null' && key === SSE && values.includes('true'),
        )
        return (negated.length > 0 && !present) || required
          ? [
              {
                message: `the policy of ${bucket.name} denies s3:PutObject where the header ${negated[0]?.key ?? SSE} is missing`,
                consequence:
                  'an upload from the console, the SDK or aws s3 cp is refused, though the default encryption would encrypt it: people take the policy off to upload',
                cure: `deny only a wrong header: add Null ${negated[0]?.key ?? SSE} false, and make the key the bucket's default`,
                spot,
              },
            ]
          : []
      }),
    ),
}

export const publicAccess: Rule = {
  code: 'public-access-not-blocked',
  severity: 'warning',
  about: 'the bucket of a line does not block public access',
  covers: [],
  page: `${S3}/access-control-block-public-access.html`,
  find: line =>
    stores(line).flatMap(({ bucket }) => {
      const block = bucket.properties.PublicAccessBlockConfiguration
      const open = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].filter(
        name => !truthy(member(block, name)),
      )
      return open.length === 0
        ? []
        : [
            {
              message: `${bucket.name} does not set ${open.join(', ')}`,
              consequence:
                'the template leaves it to the account whether a policy or an ACL can open the bucket to everybody',
              cure: 'set PublicAccessBlockConfiguration, all four true',
              spot: below(bucket.spot, 'Properties', 'PublicAccessBlockConfiguration'),
            },
          ]
    }),
}

export const unversioned: Rule = {
  code: 'bucket-not-versioned',
  severity: 'warning',
  about: 'the bucket of a line keeps no versions',
  covers: [],
  page: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html',
  find: line =>
    stores(line).flatMap(({ bucket }) =>
      text(member(bucket.properties.VersioningConfiguration, 'Status')) === 'Enabled'
        ? []
        : [
            {
              message: `${bucket.name} is not versioned`,
              consequence:
                'an artifact or model that is overwritten is gone, and an S3 source of a pipeline needs versions',
              cure: 'set VersioningConfiguration: { Status: Enabled }',
              spot: below(bucket.spot, 'Properties', 'VersioningConfiguration'),
            },
          ],
    ),
}

export const aclRefused: Rule = {
  code: 'acl-refused',
  severity: 'error',
  about: 'an ACL is set on a bucket that has none',
  covers: ['F28'],
  page: `${S3}/about-object-ownership.html`,
  find: ({ world, pipelines }) => [
    ...buckets(world)
      .filter(({ properties }) => text(properties.AccessControl) !== undefined && !allowsAcls(properties))
      .map(({ name, properties, spot }) => ({
        message: `${name} has AccessControl ${text(properties.AccessControl)} and no OwnershipControls that allow it`,
        consequence:
          'CloudFormation fails: “Bucket cannot have ACLs set with ObjectOwnership’s BucketOwnerEnforced setting”',
        cure: 'take AccessControl away, and say in a policy what it was for',
        spot: below(spot, 'Properties', 'AccessControl'),
      })),
    ...pipelines.flatMap(pipeline =>
      pipeline.actions.flatMap(action => {
        const bucket = buckets(world).find(({ name }) => name === action.configuration.BucketName)
        return action.provider === 'S3' &&
          text(action.configuration.CannedACL) !== undefined &&
          bucket &&
          !allowsAcls(bucket.properties)
          ? [
              {
                message: `${action.step} sets the ACL ${text(action.configuration.CannedACL)} on objects of ${bucket.name}, which takes none`,
                consequence: 'the action fails: AccessControlListNotSupported',
                cure: 'take CannedACL away',
                spot: below(action.settings, 'CannedACL'),
              },
            ]
          : []
      }),
    ),
  ],
}

const OPENING: Readonly<Record<string, string>> = {
  PublicRead: 'read',
  PublicReadWrite: 'read and write',
  AuthenticatedRead: 'read',
}

export const publicAcl: Rule = {
  code: 'public-acl',
  severity: 'error',
  about: 'an ACL opens a bucket to everybody',
  covers: [],
  page: `${S3}/acl-overview.html#canned-acl`,
  find: ({ world }) =>
    buckets(world).flatMap(({ name, properties, spot }) => {
      const acl = text(properties.AccessControl) ?? ''
      const does = Object.hasOwn(OPENING, acl) ? OPENING[acl] : undefined
      const block = properties.PublicAccessBlockConfiguration
      if (does === undefined || truthy(member(block, 'IgnorePublicAcls')) || truthy(member(block, 'BlockPublicAcls')))
        return []
      return [
        {
          message: `${name} has AccessControl ${acl}`,
          consequence: `${acl === 'AuthenticatedRead' ? 'whoever has an account of AWS' : 'anybody'} can ${does} there, whatever its policy allows`,
          cure: 'take AccessControl away, and say in a policy whom it was for',
          spot: below(spot, 'Properties', 'AccessControl'),
        },
      ]
    }),
}

/** Since April 2023 a bucket has no ACLs unless it says so. */
const allowsAcls = (properties: Resource['properties']): boolean =>
  list(member(properties.OwnershipControls, 'Rules')).some(
    rule => text(member(rule, 'ObjectOwnership')) !== 'BucketOwnerEnforced',
  )
