import type { Access } from '../access/access.ts'
import { bucketTarget, type Grantee, grant, keyTarget, onlyOn, rolePrincipal, stopsWith } from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Names } from '../names/names.ts'
import { type Line, type PipelineAction, SOURCE_ARTIFACT } from './kind.ts'

const STEP = 'Source/Source'

/** Of the names of a line, what the source action needs to know. */
export type SourceNames = Pick<
  Names,
  'account' | 'region' | 'repositoryArn' | 'bucketArn' | 'artifactsArn' | 'keyArn' | 'pipelineRole'
>

export function sourceAccesses(names: SourceNames, step: string = STEP): Access[] {
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
  const bucketDenied = stopsWith(step, 'is getting S3 access denied')
  const to: Grantee = {
    stage: 'source',
    who: 'pipeline-role',
    hop: 'source',
    step,
    principal: rolePrincipal(names.pipelineRole, names.account),
  }
  const repository = {
    label: 'repository',
    arn: names.repositoryArn,
    account: names.account,
    sides: ['identity'] as const,
  }
  const { account, bucketArn } = names
  return [
    ...grant(to, repository, [
      ['codecommit:GetBranch', 'the source action asks which commit the branch is at', PAGES.codecommitAction],
      ['codecommit:GetCommit', "the source action reads the commit's message and author", PAGES.codecommitAction],
      ['codecommit:UploadArchive', 'CodeCommit packs the commit into the artifact bucket', PAGES.codecommitAction],
      ['codecommit:GetUploadArchiveStatus', 'CodePipeline asks whether the archive is there', PAGES.codecommitAction],
      [
        'codecommit:CancelUploadArchive',
        'an archive that comes to nothing is cancelled; without this it is left behind',
        PAGES.codecommitPermissions,
        onlyOn('failure', 'Insufficient permissions'),
      ],
    ]),
    ...grant(to, bucketTarget('bucket', bucketArn, account, account), [
      [
        's3:ListBucket',
        'the source action checks that the artifact bucket exists',
        PAGES.troubleshooting,
        bucketDenied,
      ],
      [
        's3:GetBucketLocation',
        'CodePipeline looks whether the artifact bucket is in its region; part of the minimum that its page gives',
        PAGES.pipelineRole,
        bucketDenied,
      ],
      [
        's3:GetBucketAcl',
        'CodePipeline looks whose the artifact bucket is; part of the minimum that its page gives',
        PAGES.pipelineRole,
        bucketDenied,
      ],
      [
        's3:GetBucketVersioning',
        'CodePipeline looks at how the artifact bucket is versioned',
        PAGES.pipelineRole,
        bucketDenied,
      ],
    ]),
    ...grant(to, bucketTarget('artifacts', names.artifactsArn, account, account), [
      [
        's3:PutObject',
        'the source artifact is written to the bucket',
        PAGES.pipelineRole,
        stopsWith(step, 'Insufficient permissions'),
      ],
    ]),
    ...grant(to, keyTarget(names.keyArn, account, names.region), [
      ['kms:GenerateDataKey', 'the source artifact is encrypted with the key', PAGES.s3Kms],
    ]),
  ]
}

export const sourceAction = ({ definition }: Line): PipelineAction => ({
  name: 'Source',
  category: 'Source',
  owner: 'AWS',
  provider: 'CodeCommit',
  runOrder: 1,
  configuration: {
    RepositoryName: definition.source.repository,
    BranchName: definition.source.branch,
    // An EventBridge rule starts the pipeline; polling would start it twice.
    PollForSourceChanges: 'false',
  },
  outputs: [SOURCE_ARTIFACT],
})
