import {
  type Access,
  assumes,
  type Grantee,
  grant,
  invokeActionAccesses,
  PAGES,
  type Row,
  rolePrincipal,
  runActionAccesses,
  sourceAccesses,
  stackActionAccesses,
} from '@tripoint/pipeline'
import { entryOf } from '../template/value.ts'
import { artifactAccesses, artifactsArn, bucketArn, keyArnOf } from './artifact.ts'
import type { Asked } from './asked.ts'
import { buildAccesses } from './build.ts'
import { text } from './field.ts'
import { machineRun } from './line.ts'
import { type Action, setting, storeOf } from './pipeline.ts'
import { bucketOwner, isRole, ownerOf, roleOf } from './principal.ts'

/** What an action of each provider needs of the role that it works with, beside being assumed. */
export const PROVIDERS: Readonly<Record<string, (asked: Asked) => readonly Access[]>> = {
  CodeCommit: asked => {
    const { action, pipeline, line } = asked
    const store = storeOf(pipeline, action)
    const repository = setting(action, 'RepositoryName')
    if (store === undefined || repository === undefined) return []
    const here = action.account
    const names = {
      account: here,
      region: action.region,
      repositoryArn: `arn:aws:codecommit:${action.region}:${here}:${repository}`,
      bucketArn: bucketArn(store.bucket),
      artifactsArn: artifactsArn(pipeline, store),
      keyArn: keyArnOf(store.key),
      pipelineRole: workingRole(asked),
    }
    const owner = bucketOwner(line.world, store.bucket, pipeline.account)
    return sourceAccesses(names, action.step)
      .filter(access => access.resource !== '')
      .map(access => across(access, owner))
      .map(access => (access.resource === names.keyArn ? { ...access, account: ownerOf(names.keyArn, owner) } : access))
  },
  S3: asked => (asked.action.category === 'Source' ? s3Source(asked) : s3Deploy(asked)),
  CodeStarSourceConnection: asked => {
    const connection = setting(asked.action, 'ConnectionArn')
    return [
      ...(connection === undefined
        ? []
        : own(asked, 'connection', connection, [
            [
              'codestar-connections:UseConnection',
              'the source action reads the repository through the connection',
              CONNECTION,
            ],
          ])),
      ...artifacts(asked),
    ]
  },
  CodeBuild: asked => {
    const { action } = asked
    const project = setting(action, 'ProjectName')
    if (project === undefined) return []
    return [
      ...own(asked, 'project', `arn:aws:codebuild:${action.region}:${action.account}:project/${project}`, [
        ['codebuild:StartBuild', 'the action starts a build', CODEBUILD],
        ['codebuild:BatchGetBuilds', 'CodePipeline asks how the build fares', CODEBUILD],
      ]),
      ...buildAccesses(asked, project),
    ]
  },
  CloudFormation: asked => {
    const { action, pipeline } = asked
    const store = storeOf(pipeline, action)
    const name = setting(action, 'StackName')
    const service = setting(action, 'RoleArn')
    if (name === undefined) return []
    const train = {
      id: action.stage.toLowerCase(),
      account: action.account,
      steps: { workflow: action.step, run: action.step },
      workflowStack: { name, arn: `arn:aws:cloudformation:${action.region}:${action.account}:stack/${name}/*` },
      stackActionRole: workingRole(asked),
      cloudformationRole: roleOf(service ?? '', 'cloudformation'),
    }
    const names = {
      account: bucketOwner(asked.line.world, store?.bucket ?? '', pipeline.account),
      region: store?.region ?? pipeline.region,
      artifactsArn: store && action.inputs.length > 0 ? artifactsArn(pipeline, store) : '',
      keyArn: action.inputs.length > 0 ? keyArnOf(store?.key) : '',
      pipelineRole: roleOf(pipeline.role, 'pipeline'),
    }
    const mode = setting(action, 'ActionMode') ?? ''
    return [
      ...stackActionAccesses(names, train).filter(
        ({ action: verb, resource }) =>
          resource !== '' &&
          (!verb.startsWith('cloudformation:') || (entryOf(STACK_VERBS, mode) ?? []).includes(verb.slice(15))),
      ),
      ...own(
        asked,
        'stack',
        train.workflowStack.arn,
        (entryOf(CHANGE_SET_VERBS, mode) ?? []).map(verb => [
          `cloudformation:${verb}`,
          `an action of mode ${mode} does so`,
          CFN,
        ]),
      ),
    ]
  },
  StepFunctions: asked => {
    const { action, pipeline, line } = asked
    const machine = machineRun(action, pipeline, line)
    const given = setting(action, 'StateMachineArn') ?? ''
    const arn = machine?.arn ?? (given.startsWith('arn:') ? given : '')
    const name = arn.split(':')[6] ?? ''
    if (name === '') return []
    const prefix = setting(action, 'ExecutionNamePrefix')
    return [
      ...runActionAccesses(
        { account: pipeline.account, pipelineRole: roleOf(pipeline.role, 'pipeline') },
        {
          id: action.stage.toLowerCase(),
          account: action.account,
          steps: { workflow: action.step, run: action.step },
          stateMachine: { name, arn },
          executionsArn: `${arn.replace(':stateMachine:', ':execution:')}:${prefix === undefined ? '*' : `${prefix}-*`}`,
          runActionRole: workingRole(asked),
        },
      ).filter(access => access.action !== 'sts:AssumeRole'),
      ...artifacts(asked),
    ]
  },
  Lambda: asked => {
    const { action, pipeline } = asked
    const named = setting(action, 'FunctionName')
    if (named === undefined) return []
    const arn = named.startsWith('arn:') ? named : `arn:aws:lambda:${action.region}:${action.account}:function:${named}`
    return [
      ...invokeActionAccesses(
        { account: pipeline.account, pipelineRole: roleOf(pipeline.role, 'pipeline') },
        {
          id: action.stage.toLowerCase(),
          account: action.account,
          step: action.step,
          function: { name: named, arn },
          invokeActionRole: workingRole(asked),
        },
      ).filter(access => access.action !== 'sts:AssumeRole'),
      ...artifacts(asked),
    ]
  },
  Manual: asked => {
    const topic = setting(asked.action, 'NotificationArn')
    return topic === undefined
      ? []
      : own(asked, 'topic', topic, [['sns:Publish', 'the approval is announced', PAGES.approvals]])
  },
  ECR: asked => {
    const repository = setting(asked.action, 'RepositoryName')
    const { account, region } = asked.action
    return [
      ...(repository === undefined
        ? []
        : own(asked, 'image', `arn:aws:ecr:${region}:${account}:repository/${repository}`, [
            ['ecr:DescribeImages', 'the source action asks which image has the tag', ECR],
          ])),
      ...artifacts(asked),
    ]
  },
}

const CONNECTION = `${PAGES.pipelineRole}#how-to-update-role-new-services`
const CODEBUILD = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html'
const ECR = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html'
const S3_DEPLOY = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html'
const S3_SOURCE = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html'
const CFN = PAGES.cloudformationAction

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html#action-reference-CloudFormation-config */
const STACK_VERBS: Readonly<Record<string, readonly string[]>> = {
  CREATE_UPDATE: ['DescribeStacks', 'CreateStack', 'UpdateStack', 'DescribeStackEvents'],
  REPLACE_ON_FAILURE: ['DescribeStacks', 'CreateStack', 'UpdateStack', 'DeleteStack', 'DescribeStackEvents'],
  DELETE_ONLY: ['DescribeStacks', 'DeleteStack', 'DescribeStackEvents'],
  CHANGE_SET_REPLACE: ['DescribeStacks'],
  CHANGE_SET_EXECUTE: ['DescribeStacks', 'DescribeStackEvents'],
}
const CHANGE_SET_VERBS: Readonly<Record<string, readonly string[]>> = {
  CHANGE_SET_REPLACE: ['CreateChangeSet', 'DeleteChangeSet', 'DescribeChangeSet'],
  CHANGE_SET_EXECUTE: ['DescribeChangeSet', 'ExecuteChangeSet'],
}

/** The role that an action works with: its own, or the pipeline's. */
const workingRole = ({ action, pipeline }: Asked) =>
  action.role === undefined ? roleOf(pipeline.role, 'pipeline') : roleOf(action.role, 'action')

function grantee(asked: Asked): Grantee {
  const { action } = asked
  const role = workingRole(asked)
  return {
    stage: action.stage.toLowerCase(),
    who: role.label,
    hop: hopOf(action),
    step: action.step,
    principal: rolePrincipal(role, ownerOf(role.arn, action.account)),
  }
}

const hopOf = ({ category, provider }: Action): Grantee['hop'] =>
  entryOf(HOPS, provider) ?? entryOf(HOPS, category) ?? 'deploy'

const HOPS: Readonly<Record<string, Grantee['hop']>> = {
  CloudFormation: 'workflow',
  StepFunctions: 'train',
  CodeBuild: 'workflow',
  Source: 'source',
  Approval: 'approve',
}

const own = (asked: Asked, label: string, arn: string, rows: readonly Row[]): Access[] => {
  const to = grantee(asked)
  return grant(to, { label, arn, account: ownerOf(arn, to.principal.account), sides: ['identity'] }, rows)
}

const artifacts = (asked: Asked): Access[] =>
  artifactAccesses(grantee(asked), asked.pipeline, asked.action, asked.line.world)

/** A bucket of another account has to say it too. */
const across = (access: Access, owner: string): Access =>
  access.resource.startsWith('arn:aws:s3:::') && owner !== access.principal.account
    ? { ...access, account: owner, sides: ['identity', 'resource'] }
    : access

function s3Source(asked: Asked): Access[] {
  const { action, line } = asked
  const bucket = setting(action, 'S3Bucket')
  const key = setting(action, 'S3ObjectKey')
  if (bucket === undefined || key === undefined) return artifacts(asked)
  const owner = bucketOwner(line.world, bucket, action.account)
  return [
    ...own(asked, 'source-bucket', bucketArn(bucket), [
      ['s3:ListBucket', 'the source action looks for the object', S3_SOURCE],
      ['s3:GetBucketVersioning', 'a source bucket has to be versioned', S3_SOURCE],
    ]),
    ...own(asked, 'source-object', `${bucketArn(bucket)}/${key}`, [
      ['s3:GetObject', 'the source action reads the object', S3_SOURCE],
      ['s3:GetObjectVersion', 'the source action reads the version that started it', S3_SOURCE],
    ]),
  ]
    .map(access => across(access, owner))
    .concat(artifacts(asked))
}

function s3Deploy(asked: Asked): Access[] {
  const { action, line } = asked
  const bucket = setting(action, 'BucketName')
  if (bucket === undefined) return artifacts(asked)
  const owner = bucketOwner(line.world, bucket, action.account)
  const acl: Row[] = text(action.configuration.CannedACL)
    ? [['s3:PutObjectAcl', 'the action sets the ACL that its configuration names', S3_DEPLOY]]
    : []
  return [
    ...own(asked, 'target', `${bucketArn(bucket)}/${setting(action, 'ObjectKey') ?? ''}*`, [
      ['s3:PutObject', 'the action writes the files of its input artifact', S3_DEPLOY],
      ...acl,
    ]).map(access => across(access, owner)),
    ...artifacts(asked),
  ]
}

/** CodePipeline puts an action's role on before anything else. */
export function actionRoleAccesses({ action, pipeline }: Asked): Access[] {
  if (!isRole(action.role) || action.role === pipeline.role || !isRole(pipeline.role)) return []
  const to: Grantee = {
    stage: action.stage.toLowerCase(),
    who: 'pipeline-role',
    hop: hopOf(action),
    step: action.step,
    principal: rolePrincipal(roleOf(pipeline.role, 'pipeline'), ownerOf(pipeline.role, pipeline.account)),
  }
  return assumes(to, roleOf(action.role, 'action'), action.account, {
    because: 'the action runs as a role of its own',
    page: PAGES.crossAccount,
  })
}
