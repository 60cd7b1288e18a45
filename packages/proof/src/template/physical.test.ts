import { expect, test } from 'vitest'
import { physical } from './physical.ts'

const site = { account: '111111111111', region: 'eu-west-1', stack: 'line' }
const made = (type: string, properties: Record<string, unknown> = {}) => {
  const { ref, arn, attribute } = physical(type, 'It', site, name => properties[name])
  return [ref, arn, attribute('Arn')]
}

/** type, properties, Ref, ARN, and Fn::GetAtt Arn where it is another. */
const cases: readonly (readonly [string, Record<string, unknown>, string, string, string?])[] = [
  ['AWS::IAM::Role', { RoleName: 'r', Path: '/a/' }, 'r', 'arn:aws:iam::111111111111:role/a/r'],
  ['AWS::IAM::Role', {}, 'line-It', 'arn:aws:iam::111111111111:role/line-It'],
  [
    'AWS::IAM::ManagedPolicy',
    { ManagedPolicyName: 'p' },
    'arn:aws:iam::111111111111:policy/p',
    'arn:aws:iam::111111111111:policy/p',
  ],
  ['AWS::S3::Bucket', {}, 'line-it', 'arn:aws:s3:::line-it'],
  ['AWS::KMS::Key', {}, 'line-It', 'arn:aws:kms:eu-west-1:111111111111:key/line-It'],
  ['AWS::CodeCommit::Repository', { RepositoryName: 'c' }, 'id-of-c', 'arn:aws:codecommit:eu-west-1:111111111111:c'],
  ['AWS::CodePipeline::Pipeline', { Name: 'p' }, 'p', 'arn:aws:codepipeline:eu-west-1:111111111111:p'],
  ['AWS::Lambda::Function', { FunctionName: 'f' }, 'f', 'arn:aws:lambda:eu-west-1:111111111111:function:f'],
  [
    'AWS::StepFunctions::StateMachine',
    { StateMachineName: 'm' },
    'arn:aws:states:eu-west-1:111111111111:stateMachine:m',
    'arn:aws:states:eu-west-1:111111111111:stateMachine:m',
  ],
  [
    'AWS::SQS::Queue',
    { QueueName: 'q' },
    'https://sqs.eu-west-1.amazonaws.com/111111111111/q',
    'arn:aws:sqs:eu-west-1:111111111111:q',
  ],
  [
    'AWS::Logs::LogGroup',
    { LogGroupName: '/l' },
    '/l',
    'arn:aws:logs:eu-west-1:111111111111:log-group:/l',
    'arn:aws:logs:eu-west-1:111111111111:log-group:/l:*',
  ],
  ['AWS::SSM::Parameter', { Name: '/a/b' }, '/a/b', 'arn:aws:ssm:eu-west-1:111111111111:parameter/a/b'],
  ['AWS::Athena::WorkGroup', { Name: 'w' }, 'w', 'arn:aws:athena:eu-west-1:111111111111:workgroup/w'],
  [
    'AWS::Lambda::Alias',
    { Name: 'live', FunctionName: 'arn:aws:lambda:eu-west-1:111111111111:function:f' },
    'arn:aws:lambda:eu-west-1:111111111111:function:f:live',
    'arn:aws:lambda:eu-west-1:111111111111:function:f:live',
  ],
  [
    'AWS::CodeConnections::Connection',
    { ConnectionName: 'c' },
    'arn:aws:codeconnections:eu-west-1:111111111111:connection/c',
    'arn:aws:codeconnections:eu-west-1:111111111111:connection/c',
  ],
  [
    'AWS::SageMaker::MlflowTrackingServer',
    { TrackingServerName: 't' },
    't',
    'arn:aws:sagemaker:eu-west-1:111111111111:mlflowtrackingserver/t',
  ],
  ['Custom::Thing', {}, 'line-It', 'arn:aws:thing:eu-west-1:111111111111:custom::thing/line-It'],
  ['__proto__', {}, 'line-It', 'arn:aws:unknown:eu-west-1:111111111111:__proto__/line-It'],
]

for (const [type, properties, ref, arn, attribute = arn] of cases) {
  test(`${type} ${JSON.stringify(properties)}`, () => {
    expect(made(type, properties)).toEqual([ref, arn, attribute])
  })
}

test('partitions follow the region', () => {
  expect(physical('AWS::S3::Bucket', 'B', { ...site, region: 'cn-north-1' }, () => undefined).arn).toBe(
    'arn:aws-cn:s3:::line-b',
  )
})
