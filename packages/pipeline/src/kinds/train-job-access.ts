import type { Access } from '../access/access.ts'
import { bucketTarget, type Grantee, grant, keyTarget, rolePrincipal, stopsWith } from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Names, TrainNames } from '../names/names.ts'
import { containerAccesses } from './container-access.ts'

/** What a training job needs to know. */
export type JobLine = Pick<Names, 'account' | 'region' | 'bucketArn' | 'keyArn'>
export type JobNames = Pick<
  TrainNames,
  'id' | 'account' | 'steps' | 'trainingRole' | 'dataArn' | 'modelsArn' | 'image' | 'jobs'
>

/** The training job reads data and writes the model in A's bucket, under A's key. */
export function jobAccesses(names: JobLine, train: JobNames, data: string): Access[] {
  const to: Grantee = {
    stage: train.id,
    who: 'training-role',
    hop: 'train',
    step: train.steps.run,
    principal: rolePrincipal(train.trainingRole, train.account),
  }
  const { account } = names
  return [
    ...grant(
      to,
      bucketTarget('bucket', names.bucketArn, account, train.account, { StringLike: { 's3:prefix': `${data}*` } }),
      [['s3:ListBucket', 'SageMaker lists the objects of a channel', PAGES.sagemakerRoles]],
    ),
    ...grant(to, bucketTarget('data', train.dataArn, account, train.account), [
      [
        's3:GetObject',
        'the job reads the training data',
        PAGES.sagemakerRoles,
        stopsWith(to.step, 'Data download failed'),
      ],
    ]),
    ...grant(to, bucketTarget('models', train.modelsArn, account, train.account), [
      ['s3:PutObject', 'the job writes the model', PAGES.sagemakerRoles, stopsWith(to.step, 'Artifact upload failed')],
    ]),
    ...grant(to, keyTarget(names.keyArn, account, names.region), [
      [
        'kms:Decrypt',
        'the data is encrypted with the key',
        PAGES.kmsCrossAccount,
        stopsWith(to.step, 'Data download failed'),
      ],
      [
        'kms:GenerateDataKey',
        'the model is encrypted with the key',
        PAGES.kmsCrossAccount,
        stopsWith(to.step, 'Artifact upload failed'),
      ],
    ]),
    // SageMaker's own call, not one that S3 makes for it.
    ...grant(to, { label: 'key-itself', arn: names.keyArn, account, sides: ['identity', 'key'] }, [
      [
        'kms:Encrypt',
        'asked of a role whose job names a key for its output',
        PAGES.sagemakerRoles,
        stopsWith(to.step, 'Artifact upload failed'),
      ],
    ]),
    ...containerAccesses(to, names.region, train.image, {
      group: '/aws/sagemaker/TrainingJobs',
      streams: `${train.jobs}-*`,
    }),
  ]
}
