import { describe, expect, test } from 'vitest'
import { check } from '../check.ts'
import { type Free, soundLine, worldOf } from '../rules/sound-line.fixture.ts'
import { inferNeeds } from './infer.ts'

type Line = ReturnType<typeof soundLine>

/** `role action resource` of everything that is needed; services by their names. */
function needed(change: (line: Line) => void): string[] {
  const line = soundLine()
  change(line)
  return inferNeeds(worldOf(line)).list.map(({ access: { principal, action, resource } }) => {
    const who = principal.kind === 'service' ? principal.name : principal.arn.slice(principal.arn.lastIndexOf('/') + 1)
    return `${who} ${action} ${resource}`
  })
}

const added = (change: (line: Line) => void): string[] => {
  const before = new Set(needed(() => {}))
  return needed(change)
    .filter(need => !before.has(need))
    .toSorted()
}

const REGION = 'us-east-1:111111111111'
const THERE = 'us-east-1:222222222222'
const KEY = `arn:aws:kms:${REGION}:key/shared-Key`
const ARTIFACTS = 'arn:aws:s3:::store/line/*'

function action(category: string, provider: string, configuration: object, more: object = {}) {
  return (line: Line) => {
    const stages: Free = line.shared.Resources.Pipeline.Properties.Stages
    stages[1].Actions.push({
      Name: 'New',
      ActionTypeId: { Category: category, Owner: 'AWS', Provider: provider, Version: '1' },
      Configuration: configuration,
      ...more,
    })
  }
}
const IN = { InputArtifacts: [{ Name: 'Source' }] }
const OUT = { OutputArtifacts: [{ Name: 'New' }] }

describe('what an action needs beside what the line needs already', () => {
  test.each([
    [
      'S3 as a source',
      action('Source', 'S3', { S3Bucket: 'data', S3ObjectKey: 'data.zip' }, OUT),
      [
        'pipeline s3:GetBucketVersioning arn:aws:s3:::data',
        'pipeline s3:GetObject arn:aws:s3:::data/data.zip',
        'pipeline s3:GetObjectVersion arn:aws:s3:::data/data.zip',
        'pipeline s3:ListBucket arn:aws:s3:::data',
      ],
    ],
    [
      'S3 as a target',
      action('Deploy', 'S3', { BucketName: 'site', ObjectKey: 'web/', CannedACL: 'private' }, IN),
      [
        `pipeline kms:Decrypt ${KEY}`,
        `pipeline s3:GetObject ${ARTIFACTS}`,
        `pipeline s3:GetObjectVersion ${ARTIFACTS}`,
        'pipeline s3:PutObject arn:aws:s3:::site/web/*',
        'pipeline s3:PutObjectAcl arn:aws:s3:::site/web/*',
      ],
    ],
    [
      'a connection',
      action(
        'Source',
        'CodeStarSourceConnection',
        { ConnectionArn: `arn:aws:codestar-connections:${REGION}:connection/c` },
        OUT,
      ),
      [`pipeline codestar-connections:UseConnection arn:aws:codestar-connections:${REGION}:connection/c`],
    ],
    [
      'CodeBuild',
      action('Build', 'CodeBuild', { ProjectName: 'build' }, IN),
      [
        `pipeline codebuild:BatchGetBuilds arn:aws:codebuild:${REGION}:project/build`,
        `pipeline codebuild:StartBuild arn:aws:codebuild:${REGION}:project/build`,
      ],
    ],
    [
      'CodeBuild, with the project in a template',
      (line: Line) => {
        line.shared.Resources.Project = {
          Type: 'AWS::CodeBuild::Project',
          Properties: { Name: 'build', ServiceRole: 'arn:aws:iam::111111111111:role/build' },
        }
        action('Build', 'CodeBuild', { ProjectName: 'build' }, { ...IN, ...OUT })(line)
      },
      [
        `pipeline codebuild:BatchGetBuilds arn:aws:codebuild:${REGION}:project/build`,
        `pipeline codebuild:StartBuild arn:aws:codebuild:${REGION}:project/build`,
        'codebuild.amazonaws.com sts:AssumeRole arn:aws:iam::111111111111:role/build',
        `build s3:GetObject ${ARTIFACTS}`,
        `build s3:GetObjectVersion ${ARTIFACTS}`,
        `build s3:PutObject ${ARTIFACTS}`,
        `build kms:Decrypt ${KEY}`,
        `build kms:GenerateDataKey ${KEY}`,
        `build logs:CreateLogGroup arn:aws:logs:${REGION}:log-group:/aws/codebuild/build`,
        `build logs:CreateLogStream arn:aws:logs:${REGION}:log-group:/aws/codebuild/build:*`,
        `build logs:PutLogEvents arn:aws:logs:${REGION}:log-group:/aws/codebuild/build:*`,
      ],
    ],
    [
      'an approval that is announced',
      action('Approval', 'Manual', { NotificationArn: `arn:aws:sns:${REGION}:topic` }),
      [`pipeline sns:Publish arn:aws:sns:${REGION}:topic`],
    ],
    ['an approval', action('Approval', 'Manual', {}), []],
    [
      'a change set, made in another account',
      action(
        'Deploy',
        'CloudFormation',
        {
          ActionMode: 'CHANGE_SET_REPLACE',
          StackName: 'other',
          RoleArn: 'arn:aws:iam::222222222222:role/cloudformation',
        },
        { ...IN, RoleArn: 'arn:aws:iam::222222222222:role/action' },
      ),
      ['CreateChangeSet', 'DeleteChangeSet', 'DescribeChangeSet', 'DescribeStacks'].map(
        verb => `action cloudformation:${verb} arn:aws:cloudformation:${THERE}:stack/other/*`,
      ),
    ],
    [
      'a function that reads an artifact, in the account of the pipeline',
      action('Invoke', 'Lambda', { FunctionName: 'check' }, IN),
      [
        `pipeline kms:Decrypt ${KEY}`,
        `pipeline lambda:InvokeFunction arn:aws:lambda:${REGION}:function:check`,
        'pipeline lambda:ListFunctions *',
        `pipeline s3:GetObject ${ARTIFACTS}`,
        `pipeline s3:GetObjectVersion ${ARTIFACTS}`,
      ],
    ],
    ['one that nothing is known of', action('Build', 'Jenkins', {}), []],
  ])('%s', (_, change, expected) => {
    expect(added(change)).toEqual([...expected].toSorted())
  })
})

const task = (resource: string, parameters: object) => (line: Line) => {
  line.workflow.Resources.Machine.Properties.Definition.States.Other = {
    Type: 'Parallel',
    Branches: [{ States: { Inner: { Type: 'Task', Resource: resource, Parameters: parameters } } }],
  }
}
const rule = (name: string) =>
  ['DescribeRule', 'PutRule', 'PutTargets'].map(verb => `workflow events:${verb} arn:aws:events:${THERE}:rule/${name}`)

describe('what a task needs, inside a branch too', () => {
  test.each([
    [
      'arn:aws:states:::lambda:invoke',
      { FunctionName: 'f' },
      [`workflow lambda:InvokeFunction arn:aws:lambda:${THERE}:function:f`],
    ],
    [
      `arn:aws:lambda:${THERE}:function:old`,
      {},
      [`workflow lambda:InvokeFunction arn:aws:lambda:${THERE}:function:old`],
    ],
    ['arn:aws:states:::lambda:invoke', { 'FunctionName.$': '$.name' }, []],
    [
      'arn:aws:states:::sns:publish',
      { TopicArn: `arn:aws:sns:${THERE}:t` },
      [`workflow sns:Publish arn:aws:sns:${THERE}:t`],
    ],
    [
      'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/222222222222/q' },
      [`workflow sqs:SendMessage arn:aws:sqs:${THERE}:q`],
    ],
    [
      'arn:aws:states:::states:startExecution.sync:2',
      { StateMachineArn: `arn:aws:states:${THERE}:stateMachine:child` },
      [
        `workflow states:DescribeExecution arn:aws:states:${THERE}:execution:child:*`,
        `workflow states:StartExecution arn:aws:states:${THERE}:stateMachine:child`,
        `workflow states:StopExecution arn:aws:states:${THERE}:execution:child:*`,
        ...rule('StepFunctionsGetEventsForStepFunctionsExecutionRule'),
      ],
    ],
    [
      'arn:aws:states:::dynamodb:putItem',
      { TableName: 'runs' },
      [`workflow dynamodb:PutItem arn:aws:dynamodb:${THERE}:table/runs`],
    ],
    [
      'arn:aws:states:::sagemaker:createModel',
      { 'ModelName.$': '$$.Execution.Name', ExecutionRoleArn: 'arn:aws:iam::222222222222:role/training' },
      [`workflow sagemaker:CreateModel arn:aws:sagemaker:${THERE}:model/job-*`],
    ],
    [
      'arn:aws:states:::sagemaker:createEndpoint',
      { EndpointName: 'Churn', 'EndpointConfigName.$': '$.config' },
      [
        `workflow sagemaker:CreateEndpoint arn:aws:sagemaker:${THERE}:endpoint-config/*`,
        `workflow sagemaker:CreateEndpoint arn:aws:sagemaker:${THERE}:endpoint/churn`,
      ],
    ],
    [
      'arn:aws:states:::sagemaker:createTransformJob.sync',
      { TransformJobName: 't' },
      [
        ...['AddTags', 'CreateTransformJob', 'DescribeTransformJob', 'StopTransformJob'].map(
          verb => `workflow sagemaker:${verb} arn:aws:sagemaker:${THERE}:transform-job/t`,
        ),
        ...rule('StepFunctionsGetEventsForSageMakerTransformJobsRule'),
      ],
    ],
    ['arn:aws:states:::emr:createCluster', {}, []],
  ])('%s', (resource, parameters, expected) => {
    expect(added(task(resource, parameters))).toEqual([...expected].toSorted())
  })
})

const job = (line: Line): Free => line.workflow.Resources.Machine.Properties.Definition.States.Train.Parameters

describe('a training job', () => {
  test('writes under the name of its execution, which begins as the action says', () => {
    expect(needed(() => {})).toContain('training s3:PutObject arn:aws:s3:::store/models/job-*')
  })

  test('without a key of its own it needs only to read under the key', () => {
    const needs = needed(line => delete job(line).OutputDataConfig.KmsKeyId)
    expect(needs.filter(need => need.startsWith('training kms:'))).toEqual([`training kms:Decrypt ${KEY}`])
  })

  test('with a name of its own it writes and logs under that', () => {
    const needs = needed(line => {
      delete job(line)['TrainingJobName.$']
      job(line).TrainingJobName = 'nightly'
    })
    expect(needs).toContain('training s3:PutObject arn:aws:s3:::store/models/nightly/*')
    expect(needs).toContain(
      `training logs:PutLogEvents arn:aws:logs:${THERE}:log-group:/aws/sagemaker/TrainingJobs:log-stream:nightly/*`,
    )
  })

  test('its upload says which key it asks for', () => {
    const put = inferNeeds(worldOf(soundLine())).list.find(
      ({ access }) => access.action === 's3:PutObject' && access.resource.includes('/models/'),
    )
    expect(put?.context).toEqual({
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': KEY,
    })
  })
})

test('a function that a pipeline invokes reports as itself, or as the role that it is told of', () => {
  const as = (needs: readonly string[]) => needs.filter(need => /PutJob|AssumeRole .*reporter/.test(need))
  expect(as(needed(() => {}))).toEqual([
    'deployer codepipeline:PutJobSuccessResult *',
    'deployer codepipeline:PutJobFailureResult *',
  ])
  const told = needed(line => {
    const { Deployer } = line.production.Resources
    Deployer.Properties.Code.ZipFile += "const { AssumeRoleCommand } = require('@aws-sdk/client-sts')"
    Deployer.Properties.Environment = { Variables: { REPORTER: 'arn:aws:iam::111111111111:role/reporter' } }
    line.shared.Resources.Reporter = {
      ...line.shared.Resources.TriggerRole,
      Properties: { ...line.shared.Resources.TriggerRole.Properties, RoleName: 'reporter' },
    }
  })
  expect(as(told)).toEqual([
    'deployer sts:AssumeRole arn:aws:iam::111111111111:role/reporter',
    'reporter codepipeline:PutJobSuccessResult *',
    'reporter codepipeline:PutJobFailureResult *',
  ])
})

test('templates that a pipeline deploys are read where it deploys them', () => {
  const world = worldOf(soundLine())
  expect(world.stacks.find(({ name }) => name === 'workflow')).toMatchObject({
    account: '222222222222',
    region: 'us-east-1',
  })
})

test('pipelines that share a bucket need its guards once', () => {
  const line = soundLine()
  const { Pipeline }: Free = line.shared.Resources
  const Second = { ...Pipeline, Properties: { ...Pipeline.Properties, Name: 'second' } }
  Object.assign(line.shared.Resources, { Second })
  const world = worldOf(line)
  const ids = inferNeeds(world).guards.map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set(ids).size).toBe(ids.length)
  expect(check(world, { name: 'two', now: () => 0 }).guards).toHaveLength(ids.length)
})

test('ids are unique', () => {
  const ids = inferNeeds(worldOf(soundLine())).list.map(({ access }) => access.id)
  expect(new Set(ids).size).toBe(ids.length)
})
