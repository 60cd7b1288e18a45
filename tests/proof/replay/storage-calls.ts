import * as ecr from '@aws-sdk/client-ecr'
import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import { type Recipe, tail, text, to, type Witness } from './call.ts'

const bucketOf = ({ resource }: Witness) => resource.slice('arn:aws:s3:::'.length).split('/', 1)[0] ?? ''
const keyOf = ({ resource }: Witness) => resource.slice('arn:aws:s3:::'.length).split('/').slice(1).join('/')
const at = (witness: Witness) => ({ Bucket: bucketOf(witness), Key: keyOf(witness) })
const onBucket = (witness: Witness) => ({ Bucket: bucketOf(witness) })

/** The uploads' headers that the bucket's policy asks about. */
const HEADERS = [
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-server-side-encryption-customer-algorithm',
]
const [encryption = '', key = '', customer = ''] = HEADERS
const headers = (witness: Witness) => ({
  ServerSideEncryption: text(witness, encryption) as s3.ServerSideEncryption,
  SSEKMSKeyId: text(witness, key),
  SSECustomerAlgorithm: text(witness, customer),
})

/** Of a stranger's own bucket, or of the line's: S3 uses the key as whoever asks. */
const viaS3 = (witness: Witness) => text(witness, 'kms:ViaService')?.startsWith('s3.')

const repositoryName = (witness: Witness) => tail(witness).replace(/^repository\//, '')
const layers = (it: Witness) => ({ repositoryName: repositoryName(it), registryId: it.resource.split(':')[4] })
const layerDigest = `sha256:${'0'.repeat(64)}`

export const STORAGE: Readonly<Record<string, Recipe>> = {
  'ecr:GetAuthorizationToken': to('ecr', () => new ecr.GetAuthorizationTokenCommand({})),
  'ecr:BatchCheckLayerAvailability': to(
    'ecr',
    it => new ecr.BatchCheckLayerAvailabilityCommand({ ...layers(it), layerDigests: [layerDigest] }),
  ),
  'ecr:BatchGetImage': to('ecr', it => new ecr.BatchGetImageCommand({ ...layers(it), imageIds: [{ imageTag: '1' }] })),
  'ecr:GetDownloadUrlForLayer': to('ecr', it => new ecr.GetDownloadUrlForLayerCommand({ ...layers(it), layerDigest })),
  'kms:DescribeKey': to('kms', it => new kms.DescribeKeyCommand({ KeyId: it.resource })),
  'kms:Encrypt': to('kms', it => new kms.EncryptCommand({ KeyId: it.resource, Plaintext: Buffer.from('x') })),
  'kms:PutKeyPolicy': to('kms', it => new kms.PutKeyPolicyCommand({ KeyId: it.resource, Policy: '{}' })),
  'kms:Decrypt': {
    keys: ['kms:ViaService'],
    call: (it, { ciphertext, open, objects }) =>
      viaS3(it)
        ? {
            service: 's3',
            command: new s3.GetObjectCommand(readable(it, objects) ?? { Bucket: open.bucket, Key: open.object }),
          }
        : {
            service: 'kms',
            command: new kms.DecryptCommand({ KeyId: it.resource, CiphertextBlob: ciphertext }),
          },
  },
  'kms:GenerateDataKey': {
    keys: ['kms:ViaService'],
    call: (it, { open }) =>
      viaS3(it)
        ? {
            service: 's3',
            command: new s3.PutObjectCommand({
              ...(writable(it) ?? { Bucket: open.bucket, Key: 'replay' }),
              Body: 'x',
              ServerSideEncryption: 'aws:kms',
              SSEKMSKeyId: it.resource,
            }),
          }
        : { service: 'kms', command: new kms.GenerateDataKeyCommand({ KeyId: it.resource, KeySpec: 'AES_256' }) },
  },
  's3:GetObject': to('s3', it => new s3.GetObjectCommand(at(it))),
  's3:GetObjectVersion': to('s3', it => new s3.GetObjectCommand({ ...at(it), VersionId: '0'.repeat(32) })),
  's3:PutObject': to('s3', it => new s3.PutObjectCommand({ ...at(it), Body: 'x', ...headers(it) }), { keys: HEADERS }),
  's3:AbortMultipartUpload': to('s3', it => new s3.AbortMultipartUploadCommand({ ...at(it), UploadId: 'x' })),
  's3:ListBucket': to('s3', it => new s3.ListObjectsV2Command({ ...onBucket(it), Prefix: text(it, 's3:prefix') }), {
    keys: ['s3:prefix'],
  }),
  's3:GetBucketLocation': to('s3', it => new s3.GetBucketLocationCommand(onBucket(it))),
  's3:GetBucketVersioning': to('s3', it => new s3.GetBucketVersioningCommand(onBucket(it))),
  's3:GetBucketAcl': to('s3', it => new s3.GetBucketAclCommand(onBucket(it))),
  's3:DeleteBucketPolicy': to('s3', it => new s3.DeleteBucketPolicyCommand(onBucket(it)), { destroys: true }),
  'sts:AssumeRole': to('sts', it => new sts.AssumeRoleCommand({ RoleArn: it.resource, RoleSessionName: 'replay' })),
}

/** What the roles of other accounts may read of the line's bucket, and nothing else of any. */
const READABLE = { 'stack-action': 'artifact', training: 'data', hosting: 'model' } as const

function readable({ principal }: Witness, objects: Readonly<Record<'data' | 'model' | 'artifact', string>>) {
  const [, kind] = Object.entries(READABLE).find(([role]) => isRole(principal, role)) ?? []
  return kind === undefined ? undefined : { Bucket: BUCKET, Key: objects[kind] }
}

/** Where trainings write. */
const writable = ({ principal }: Witness) =>
  isRole(principal, 'training') ? { Bucket: BUCKET, Key: 'models/churn-train-replay' } : undefined

const BUCKET = 'churn-111111111111-us-east-1'
const isRole = (arn: string, name: string) => new RegExp(`:role/churn-\\w+-${name}-us-east-1$`).test(arn)
