import { expect, test } from 'vitest'
import { PAGES } from '../access/pages.ts'
import { approve, codecommit, definePipeline, deployEndpoint, train } from '../checks/define.ts'
import { accessList } from './line.ts'

const list = accessList(
  definePipeline({
    name: 'churn',
    region: 'us-east-1',
    accounts: { shared: '111111111111', training: '222222222222', production: '333333333333' },
    source: codecommit({ repository: 'churn', branch: 'main' }),
    stages: [
      train({ account: 'training', template: 'training.template.json' }),
      approve(),
      deployEndpoint({ account: 'production', endpoint: 'churn', instanceType: 'ml.m5.large' }),
    ],
  }),
)

const LISTED = 'listed'

const OWNED = 'the bucket enforces its owner: nothing sends an access control list'
const ARTIFACTS = 'every action behind the source reads and writes as a role of its own account'
const ONE_KEY =
  'S3 asks for GenerateDataKey to write and Decrypt to read; a working pair without it: awslabs/aws-refarch-cross-account-pipeline#1'
const OTHER_MODE = 'a mode other than REPLACE_ON_FAILURE, or a file that the action is not given'

/**
 * What AWS's pages give a role, and what became of it: it is on the list, or why not. A page that is right about more than
 * we believe shows up here, and not in somebody's production account.
 */
const DOCUMENTED: readonly (readonly [role: string, page: string, Readonly<Record<string, string>>])[] = [
  [
    'pipeline-role',
    PAGES.pipelineRole,
    {
      's3:GetBucketVersioning': LISTED,
      's3:GetBucketAcl': LISTED,
      's3:GetBucketLocation': LISTED,
      's3:PutObject': LISTED,
      's3:PutObjectAcl': OWNED,
      's3:GetObject': ARTIFACTS,
      's3:GetObjectVersion': ARTIFACTS,
    },
  ],
  [
    'pipeline-role',
    PAGES.codecommitPermissions,
    {
      'codecommit:GetBranch': LISTED,
      'codecommit:GetCommit': LISTED,
      'codecommit:UploadArchive': LISTED,
      'codecommit:GetUploadArchiveStatus': LISTED,
      'codecommit:CancelUploadArchive': LISTED,
      'codecommit:GetRepository': 'for OutputArtifactFormat CODEBUILD_CLONE_REF, a full clone',
    },
  ],
  [
    'stack-action-role',
    PAGES.crossAccount,
    {
      's3:GetObject': LISTED,
      's3:GetObjectVersion': LISTED,
      's3:PutObject': 'the action has no output artifact',
      's3:ListBucket': 'a key that is known is read without a listing',
      'kms:Decrypt': LISTED,
      'kms:DescribeKey': ONE_KEY,
      'kms:Encrypt': ONE_KEY,
      'kms:GenerateDataKey': 'the action has no output artifact',
      'kms:ReEncryptFrom': ONE_KEY,
      'kms:ReEncryptTo': ONE_KEY,
    },
  ],
  [
    'stack-action-role',
    PAGES.cloudformationAction,
    {
      'cloudformation:DescribeStacks': LISTED,
      'cloudformation:DescribeStackEvents': LISTED,
      'cloudformation:CreateStack': LISTED,
      'cloudformation:UpdateStack': LISTED,
      'cloudformation:DeleteStack': LISTED,
      'cloudformation:CreateChangeSet': OTHER_MODE,
      'cloudformation:DescribeChangeSet': OTHER_MODE,
      'cloudformation:ExecuteChangeSet': OTHER_MODE,
      'cloudformation:DeleteChangeSet': OTHER_MODE,
      'cloudformation:SetStackPolicy': OTHER_MODE,
      'cloudformation:ValidateTemplate': OTHER_MODE,
      'iam:PassRole': LISTED,
    },
  ],
  [
    'run-action-role',
    PAGES.statesAction,
    {
      'states:DescribeStateMachine': LISTED,
      'states:DescribeExecution': LISTED,
      'states:StartExecution': LISTED,
    },
  ],
  [
    'workflow-role',
    PAGES.statesSageMaker,
    {
      'sagemaker:CreateTrainingJob': LISTED,
      'sagemaker:DescribeTrainingJob': LISTED,
      'sagemaker:StopTrainingJob': LISTED,
      'sagemaker:ListTags': LISTED,
      'iam:PassRole': LISTED,
      'events:PutTargets': LISTED,
      'events:PutRule': LISTED,
      'events:DescribeRule': LISTED,
    },
  ],
  [
    'training-role',
    PAGES.sagemakerRoles,
    {
      'cloudwatch:PutMetricData': LISTED,
      'logs:CreateLogStream': LISTED,
      'logs:PutLogEvents': LISTED,
      'logs:CreateLogGroup': LISTED,
      'logs:DescribeLogStreams': LISTED,
      's3:GetObject': LISTED,
      's3:PutObject': LISTED,
      's3:ListBucket': LISTED,
      'ecr:GetAuthorizationToken': LISTED,
      'ecr:BatchCheckLayerAvailability': LISTED,
      'ecr:GetDownloadUrlForLayer': LISTED,
      'ecr:BatchGetImage': LISTED,
      'kms:Decrypt': LISTED,
      'kms:Encrypt': LISTED,
      'kms:CreateGrant': 'for a key of the volume; the line names none',
    },
  ],
  [
    'hosting-role',
    PAGES.sagemakerRoles,
    {
      'cloudwatch:PutMetricData': LISTED,
      'logs:CreateLogStream': LISTED,
      'logs:PutLogEvents': LISTED,
      'logs:CreateLogGroup': LISTED,
      'logs:DescribeLogStreams': LISTED,
      's3:GetObject': LISTED,
      'ecr:GetAuthorizationToken': LISTED,
      'ecr:BatchCheckLayerAvailability': LISTED,
      'ecr:GetDownloadUrlForLayer': LISTED,
      'ecr:BatchGetImage': LISTED,
    },
  ],
  ['invoke-action-role', PAGES.lambdaAction, { 'lambda:InvokeFunction': LISTED, 'lambda:ListFunctions': LISTED }],
]

test.each(DOCUMENTED)('what AWS gives the %s (%s) is on the list, or has a reason not to be', (role, _, actions) => {
  const given = new Set(
    list
      .filter(
        ({ principal }) => principal.kind === 'role' && principal.arn.includes(`-${role.replace(/-role$/, '')}-us-`),
      )
      .map(({ action }) => action),
  )
  expect(Object.keys(actions).filter(action => given.has(action))).toEqual(
    Object.keys(actions).filter(action => actions[action] === LISTED),
  )
})
