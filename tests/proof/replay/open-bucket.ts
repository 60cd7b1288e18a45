import * as s3 from '@aws-sdk/client-s3'
import type { LockedLine } from '../../journeys/lock/locked-line.ts'
import { trusted } from '../../journeys/lock/locked-line.ts'
import type { Things } from './call.ts'

/** A bucket of A's administrator, for everybody who tries the line's key through S3; the key alone is what may refuse them. */
export async function openBucket(it: LockedLine): Promise<Things['open']> {
  const { shared } = it.field.owner
  const open = { bucket: `replay-${it.names.account}`, object: 'under-the-key' }
  const Bucket = open.bucket
  await shared('s3', new s3.CreateBucketCommand({ Bucket }))
  const accounts = [...Object.values(it.line.definition.accounts), it.nobody]
  const own = [...it.field.actors, ...Object.values(it.people)].filter(({ account }) => account === it.names.account)
  await shared(
    's3',
    new s3.PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: {
              AWS: [...accounts.map(account => `arn:aws:iam::${account}:root`), ...own.map(({ arn }) => arn)],
            },
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: `arn:aws:s3:::${Bucket}/*`,
          },
        ],
      }),
    }),
  )
  await trusted(shared, it.keyArn, ['kms:GenerateDataKey'], () =>
    shared(
      's3',
      new s3.PutObjectCommand({
        Bucket,
        Key: open.object,
        Body: 'x',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: it.keyArn,
      }),
    ),
  )
  return open
}
