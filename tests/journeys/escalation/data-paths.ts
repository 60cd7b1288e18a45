import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import { type Path, type Scene, STRANGE, sent } from './path.ts'

const openToAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
})

const onKey = (make: (KeyId: string, scene: Scene) => object) => (scene: Scene) => [
  ['the key', make(scene.keyArn, scene)] as const,
  ['the key of its account', make(scene.home.keyArn, scene)] as const,
]
const onBucket = (make: (Bucket: string) => object) => (scene: Scene) => [
  ['the bucket', make(scene.names.bucket)] as const,
]
const onObjects = (make: (Bucket: string, Key: string) => object) => (scene: Scene) =>
  Object.entries(scene.objects).map(([kind, key]) => [kind, make(scene.names.bucket, key)] as const)

const Plaintext = Buffer.from('x')
const key = (action: string) => [`kms:${action}`]
const bucket = (action: string) => [`s3:${action}`]

/** Ways at the key and the bucket. */
export const dataPaths: readonly Path[] = [
  sent(
    'kms',
    'the key opened',
    'AWS',
    key('PutKeyPolicy'),
    onKey(KeyId => new kms.PutKeyPolicyCommand({ KeyId, Policy: openToAll, BypassPolicyLockoutSafetyCheck: true })),
  ),
  sent(
    'kms',
    'a grant on the key',
    'PMapper',
    key('CreateGrant'),
    onKey(
      (KeyId, { actor }) =>
        new kms.CreateGrantCommand({ KeyId, GranteePrincipal: actor.arn, Operations: ['Decrypt', 'GenerateDataKey'] }),
    ),
  ),
  sent(
    'kms',
    'a grant revoked',
    'AWS',
    key('RevokeGrant'),
    onKey((KeyId, { home }) => new kms.RevokeGrantCommand({ KeyId, GrantId: home.grantId })),
  ),
  sent('kms', 'a grant retired', 'AWS', key('RetireGrant'), ({ home }) => [
    ['the key of its account', new kms.RetireGrantCommand({ KeyId: home.keyArn, GrantId: home.grantId })],
  ]),
  sent(
    'kms',
    'the key deleted',
    'AWS',
    key('ScheduleKeyDeletion'),
    onKey(KeyId => new kms.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
  ),
  sent(
    'kms',
    'the key put out of use',
    'AWS',
    key('DisableKey'),
    onKey(KeyId => new kms.DisableKeyCommand({ KeyId })),
  ),
  sent(
    'kms',
    'tags of the key',
    'AWS',
    key('TagResource'),
    onKey(KeyId => new kms.TagResourceCommand({ KeyId, Tags: [{ TagKey: 'x', TagValue: 'y' }] })),
  ),
  sent(
    'kms',
    'an alias that names the key',
    'AWS',
    key('CreateAlias'),
    onKey(TargetKeyId => new kms.CreateAliasCommand({ AliasName: `alias/${STRANGE}`, TargetKeyId })),
  ),
  sent(
    'kms',
    'a data key outside S3',
    'the line',
    key('GenerateDataKey'),
    onKey(KeyId => new kms.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
  ),
  sent(
    'kms',
    'an encryption outside S3',
    'the line',
    key('Encrypt'),
    onKey(KeyId => new kms.EncryptCommand({ KeyId, Plaintext })),
  ),
  sent('kms', 'a ciphertext of the key, outside S3', 'the line', key('Decrypt'), ({ keyArn: KeyId, ciphertext }) => [
    ['a ciphertext', new kms.DecryptCommand({ KeyId, CiphertextBlob: ciphertext })],
  ]),
  sent(
    'kms',
    'a ciphertext taken over to another key',
    'the line',
    ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    ({ keyArn, home, ciphertext }) => [
      [
        'a ciphertext',
        new kms.ReEncryptCommand({
          SourceKeyId: keyArn,
          CiphertextBlob: ciphertext,
          DestinationKeyId: home.keyArn,
        }),
      ],
    ],
  ),
  sent(
    's3',
    'the bucket opened',
    'AWS',
    bucket('PutBucketPolicy'),
    onBucket(Bucket => new s3.PutBucketPolicyCommand({ Bucket, Policy: openToAll })),
  ),
  sent(
    's3',
    "the bucket's guards taken off",
    'AWS',
    bucket('DeleteBucketPolicy'),
    onBucket(Bucket => new s3.DeleteBucketPolicyCommand({ Bucket })),
  ),
  sent(
    's3',
    "the bucket's access list",
    'AWS',
    bucket('PutBucketAcl'),
    onBucket(Bucket => new s3.PutBucketAclCommand({ Bucket, ACL: 'private' })),
  ),
  sent(
    's3',
    "the bucket's block of the public",
    'AWS',
    bucket('PutBucketPublicAccessBlock'),
    onBucket(Bucket => new s3.DeletePublicAccessBlockCommand({ Bucket })),
  ),
  sent(
    's3',
    "the bucket's ownership",
    'AWS',
    bucket('PutBucketOwnershipControls'),
    onBucket(Bucket => new s3.DeleteBucketOwnershipControlsCommand({ Bucket })),
  ),
  sent(
    's3',
    "the bucket's encryption",
    'AWS',
    bucket('PutEncryptionConfiguration'),
    onBucket(Bucket => new s3.DeleteBucketEncryptionCommand({ Bucket })),
  ),
  sent(
    's3',
    "the bucket's versions",
    'AWS',
    bucket('PutBucketVersioning'),
    onBucket(Bucket => new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
  ),
  sent(
    's3',
    'news of the bucket',
    'AWS',
    bucket('PutBucketNotification'),
    onBucket(
      Bucket =>
        new s3.PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: { EventBridgeConfiguration: {} },
        }),
    ),
  ),
  sent(
    's3',
    'objects that expire',
    'AWS',
    bucket('PutLifecycleConfiguration'),
    onBucket(Bucket => new s3.DeleteBucketLifecycleCommand({ Bucket })),
  ),
  sent(
    's3',
    'what the line reads, replaced',
    'the line',
    bucket('PutObject'),
    onObjects((Bucket, Key) => new s3.PutObjectCommand({ Bucket, Key, Body: 'poison' })),
  ),
  sent(
    's3',
    'what the line reads, read',
    'the line',
    bucket('GetObject'),
    onObjects((Bucket, Key) => new s3.GetObjectCommand({ Bucket, Key })),
  ),
  sent(
    's3',
    'what the line reads, deleted',
    'the line',
    bucket('DeleteObject'),
    onObjects((Bucket, Key) => new s3.DeleteObjectCommand({ Bucket, Key })),
  ),
  sent(
    's3',
    'tags of objects',
    'AWS',
    bucket('PutObjectTagging'),
    onObjects(
      (Bucket, Key) => new s3.PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'x', Value: 'y' }] } }),
    ),
  ),
]
