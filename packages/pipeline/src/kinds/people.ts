import type { Access, Principal } from '../access/access.ts'
import type { Row, Target } from '../access/grant.ts'
import { bucketTarget, type Grantee, grant, keyTarget, onlyOn } from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Line } from './kind.ts'

type Part = 'publishers' | 'pushers' | 'approvers' | 'deployers'

type Given = readonly [Target, readonly Row[]]

/** What each part that a person plays may do, and nothing else. */
const GIVEN: Readonly<Record<Part, (line: Line) => readonly Given[]>> = {
  publishers: ({ definition, names }) => [
    ...folders(definition.stages).map(
      (folder): Given => [
        bucketTarget(folder.replace(/\/$/, ''), `${names.bucketArn}/${folder}*`, names.account, names.account),
        [
          ['s3:PutObject', 'a publisher uploads training data', PAGES.s3Permissions, PERSON],
          [
            's3:AbortMultipartUpload',
            'an upload in parts that is broken off leaves nothing behind',
            PAGES.s3Multipart,
            PERSON,
          ],
        ],
      ],
    ),
    [
      keyTarget(names.keyArn, names.account, names.region),
      [
        ['kms:GenerateDataKey', 'what a publisher uploads is encrypted with the key', PAGES.s3Kms, PERSON],
        [
          'kms:Decrypt',
          'large files go up in parts (the AWS CLI does so from 8 MB on), each under the same data key',
          PAGES.s3Multipart,
          PERSON,
        ],
      ],
    ],
  ],
  pushers: ({ names }) => [
    [
      { label: 'repository', arn: names.repositoryArn, account: names.account, sides: ['identity'] },
      [
        ['codecommit:GitPull', 'a pusher clones and fetches', PAGES.codecommitPermissions, PERSON],
        ['codecommit:GitPush', 'a pusher pushes', PAGES.codecommitPermissions, PERSON],
      ],
    ],
  ],
  approvers: ({ definition, names }) => [
    [
      { label: 'pipeline', arn: names.pipelineArn, account: names.account, sides: ['identity'] },
      [['codepipeline:GetPipelineState', 'an approver reads the token of the approval', PAGES.approvals, PERSON]],
    ],
    ...definition.stages.flatMap((stage): Given[] => {
      const made = names.stages[stage.name]
      if (made?.kind !== 'approve') return []
      return [
        [
          { label: made.id, arn: made.actionArn, account: names.account, sides: ['identity'] },
          [['codepipeline:PutApprovalResult', 'an approver says yes or no', PAGES.approvals, PERSON]],
        ],
      ]
    }),
  ],
  deployers: ({ names }) => [
    [
      { label: 'pipeline', arn: names.pipelineArn, account: names.account, sides: ['identity'] },
      [
        ['codepipeline:GetPipelineState', 'a deployer watches the line', PAGES.codepipelinePermissions, PERSON],
        ['codepipeline:StartPipelineExecution', 'a deployer starts the line', PAGES.codepipelinePermissions, PERSON],
        ['codepipeline:StopPipelineExecution', 'a deployer stops a run', PAGES.codepipelinePermissions, PERSON],
      ],
    ],
    [
      { label: 'stages', arn: `${names.pipelineArn}/*`, account: names.account, sides: ['identity'] },
      [
        [
          'codepipeline:RetryStageExecution',
          'a deployer retries a failed stage',
          PAGES.codepipelinePermissions,
          PERSON,
        ],
      ],
    ],
  ],
}

const PERSON = onlyOn('people')

const PARTS = Object.keys(GIVEN) as Part[]

export const peopleAccesses = (line: Line): Access[] =>
  PARTS.flatMap(part =>
    line.definition.people[part].flatMap(arn => {
      const principal: Principal = { kind: arn.includes(':user/') ? 'user' : 'role', arn, account: line.names.account }
      const to: Grantee = { stage: part, who: nameWithPath(arn), hop: 'people', step: STEPS[part], principal }
      return GIVEN[part](line).flatMap(([target, rows]) => grant(to, target, rows))
    }),
  )

const STEPS: Readonly<Record<Part, string>> = {
  publishers: 'Publish',
  pushers: 'Push',
  approvers: 'Approve',
  deployers: 'Operate',
}

/** `user/ada` of arn:aws:iam::111111111111:user/ada: a user and a role may have the same name. */
const nameWithPath = (arn: string): string => arn.split(':')[5] ?? ''

const folders = (stages: Line['definition']['stages']): string[] => [
  ...new Set(stages.flatMap(stage => (stage.kind === 'train' ? [stage.data] : []))),
]
