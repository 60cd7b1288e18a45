import { decide, type Policy } from '@tripoint/iam'
import { expect, test } from 'vitest'
import { leftOutOf, managedPolicy, managedPolicyArns } from './managed-policies.ts'

const AWS = 'arn:aws:iam::aws:policy'
const ROLE = 'arn:aws:iam::222222222222:role/x'

function allows(
  name: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  const document = managedPolicy(`${AWS}/${name}`)!
  const policy: Policy = { kind: 'identity', name, document }
  return decide({
    requester: {
      type: 'assumed-role',
      arn: 'arn:aws:sts::222222222222:assumed-role/x/s',
      account: '222222222222',
      roleArn: ROLE,
      uniqueId: 'AROAX:s',
    },
    action,
    resource,
    resourceAccount: '222222222222',
    context,
    identity: [policy],
  }).allowed
}

const to = (service: string) => ({ 'iam:PassedToService': `${service}.amazonaws.com` })

test.each([
  ['AdministratorAccess', 'iam:CreateUser', '*', {}, true],
  ['PowerUserAccess', 'lambda:UpdateFunctionCode', '*', {}, true],
  ['PowerUserAccess', 'iam:PassRole', ROLE, to('lambda'), false],
  ['PowerUserAccess', 'iam:ListRoles', '*', {}, true],
  ['AmazonS3FullAccess', 's3:PutBucketPolicy', 'arn:aws:s3:::b', {}, true],
  ['AmazonS3ReadOnlyAccess', 's3:PutObject', 'arn:aws:s3:::b/k', {}, false],
  ['AWSStepFunctionsFullAccess', 'states:UpdateStateMachine', '*', {}, true],
  ['AWSStepFunctionsFullAccess', 'iam:PassRole', ROLE, to('states'), false],
  ['AWSCloudFormationFullAccess', 'cloudformation:CreateStack', '*', {}, true],
  ['AWSCodePipelineCustomActionAccess', 'codepipeline:PutJobSuccessResult', '*', {}, true],
  ['AWSCodePipelineCustomActionAccess', 'codepipeline:StartPipelineExecution', '*', {}, false],
  ['AWSCodePipeline_FullAccess', 'iam:PassRole', ROLE, to('codepipeline'), true],
  ['AWSCodePipeline_FullAccess', 'iam:PassRole', ROLE, to('events'), false],
  ['AWSLambda_FullAccess', 'iam:PassRole', ROLE, to('lambda'), true],
  ['AWSLambda_FullAccess', 'iam:PassRole', ROLE, to('ec2'), false],
  ['service-role/AWSLambdaRole', 'lambda:InvokeFunction', '*', {}, true],
  ['service-role/AWSLambdaBasicExecutionRole', 'logs:PutLogEvents', '*', {}, true],
  [
    'AmazonSageMakerFullAccess',
    'sagemaker:CreateTrainingJob',
    'arn:aws:sagemaker:us-east-1:222222222222:training-job/j',
    {},
    true,
  ],
  [
    'AmazonSageMakerFullAccess',
    'sagemaker:CreateDomain',
    'arn:aws:sagemaker:us-east-1:222222222222:domain/d',
    {},
    false,
  ],
  ['AmazonSageMakerFullAccess', 's3:GetObject', 'arn:aws:s3:::my-sagemaker-bucket/k', {}, true],
  ['AmazonSageMakerFullAccess', 's3:GetObject', 'arn:aws:s3:::store/k', {}, false],
  ['AmazonSageMakerFullAccess', 'iam:PassRole', ROLE, to('sagemaker'), true],
  ['AmazonSageMakerFullAccess', 'iam:PassRole', ROLE, to('states'), false],
  ['AWSCodeCommitPowerUser', 'codecommit:GitPush', '*', {}, true],
  ['AWSCodeCommitPowerUser', 'codecommit:DeleteRepository', '*', {}, false],
  ['AWSCodeCommitReadOnly', 'codecommit:GitPush', '*', {}, false],
  ['AWSKeyManagementServicePowerUser', 'kms:Decrypt', '*', {}, false],
  ['AWSKeyManagementServicePowerUser', 'kms:CreateKey', '*', {}, true],
] as const)('%s: %s on %s', (name, action, resource, context, expected) => {
  expect(allows(name, action, resource, context)).toBe(expected)
})

test('every policy that is carried parses, and one that is not is unknown', () => {
  for (const arn of managedPolicyArns) expect(managedPolicy(arn)!.Statement.length).toBeGreaterThan(0)
  expect(managedPolicy(`${AWS}/ReadOnlyAccess`)).toBeUndefined()
  expect(managedPolicy('__proto__')).toBeUndefined()
  expect(leftOutOf(`${AWS}/AmazonSageMakerFullAccess`)).toContain('glue')
  expect(leftOutOf(`${AWS}/AdministratorAccess`)).toEqual([])
})
