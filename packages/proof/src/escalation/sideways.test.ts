import { expect, test } from 'vitest'
import { A, B, C, needsOf, type ResourceInput, type RoleInput, worldOf } from '../reach/world.fixture.ts'
import { escalation } from './escalation.ts'

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`
const assumedBy = (principal: object) => [{ Principal: principal, Action: 'sts:AssumeRole' }]
const assumes = (resource: string) => ({ Action: 'sts:AssumeRole', Resource: resource })

const bucket = (policy: ResourceInput['policy'] & {}): ResourceInput => ({
  type: 'AWS::S3::Bucket',
  account: A,
  arn: 'arn:aws:s3:::code',
  policy,
})
const repository: ResourceInput = {
  type: 'AWS::CodeCommit::Repository',
  account: A,
  arn: `arn:aws:codecommit:us-east-1:${A}:line`,
}

interface Case {
  readonly name: string
  readonly roles: readonly RoleInput[]
  readonly others?: readonly ResourceInput[]
  readonly paths: readonly string[]
}

/** Ways that lead past the policy of whoever goes them: by a session, by a resource's policy, by what is run. */
const cases: readonly Case[] = [
  {
    name: 'a trust of one session of a role, in its own account and in another',
    roles: [
      { account: C, name: 'x', identity: [assumes(role(B, 'y'))] },
      { account: B, name: 'y', trust: assumedBy({ AWS: role(C, 'x') }), identity: [assumes(role(A, 'v'))] },
      { account: B, name: 'z', trust: assumedBy({ AWS: `arn:aws:sts::${B}:assumed-role/y/anything` }) },
      { account: A, name: 'v', trust: assumedBy({ AWS: `arn:aws:sts::${B}:assumed-role/y/anything` }) },
    ],
    paths: [
      'x assume-role y',
      'x assume-role y assume-role z',
      'y assume-role v',
      'x assume-role y assume-role v',
      'anybody else in 222222222222 (training) assume-role v',
    ],
  },
  {
    name: "who may change another account's function by the function's own policy",
    roles: [
      { account: B, name: 'x', identity: [{ Action: 'lambda:*', Resource: '*' }] },
      { account: A, name: 'y', trust: assumedBy({ Service: 'lambda.amazonaws.com' }) },
    ],
    others: [
      {
        type: 'AWS::Lambda::Function',
        account: A,
        arn: `arn:aws:lambda:us-east-1:${A}:function:f`,
        properties: { Role: role(A, 'y') },
        policy: [{ Principal: { AWS: role(B, 'x') }, Action: 'lambda:UpdateFunctionCode', Resource: '*' }],
      },
    ],
    paths: ['x change-function y'],
  },
  {
    name: 'who may give grants on a replica of a key',
    roles: [{ account: B, name: 'x', identity: [{ Action: 'kms:*', Resource: '*' }] }],
    others: [
      {
        type: 'AWS::KMS::ReplicaKey',
        account: A,
        arn: `arn:aws:kms:us-east-1:${A}:key/mrk`,
        rule: 'key',
        policy: [{ Principal: { AWS: role(B, 'x') }, Action: 'kms:CreateGrant', Resource: '*' }],
      },
    ],
    paths: [`x create-grant arn:aws:kms:us-east-1:${A}:key/mrk`],
  },
  {
    name: 'who may enter an instance, which works as the role of its profile',
    roles: [
      { account: C, name: 'x', identity: [assumes(role(B, 'y'))] },
      {
        account: B,
        name: 'y',
        trust: assumedBy({ AWS: role(C, 'x') }),
        identity: [{ Action: 'ssm:StartSession', Resource: '*' }],
      },
      { account: B, name: 'z', trust: assumedBy({ Service: 'ec2.amazonaws.com' }) },
    ],
    others: [
      {
        type: 'AWS::IAM::InstanceProfile',
        account: B,
        arn: `arn:aws:iam::${B}:instance-profile/p`,
        name: 'p',
        properties: { Roles: ['z'] },
      },
      {
        type: 'AWS::EC2::Instance',
        account: B,
        arn: `arn:aws:ec2:us-east-1:${B}:instance/i`,
        properties: { IamInstanceProfile: 'p' },
      },
    ],
    paths: ['x assume-role y', 'x assume-role y enter-instance z'],
  },
  {
    name: 'who may write what a project builds, and the script of a job',
    roles: [
      { account: B, name: 'x', identity: [{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/*' }] },
      { account: A, name: 'pusher', identity: [{ Action: 'codecommit:GitPush', Resource: repository.arn }] },
      {
        account: A,
        name: 'y',
        trust: assumedBy({ Service: 'codebuild.amazonaws.com' }),
        identity: [assumes(role(B, 'v'))],
      },
      { account: A, name: 'z', trust: assumedBy({ Service: 'glue.amazonaws.com' }) },
      { account: B, name: 'v', trust: assumedBy({ AWS: role(A, 'y') }) },
    ],
    others: [
      repository,
      bucket([{ Principal: { AWS: role(B, 'x') }, Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/src/*' }]),
      ...[
        { Type: 'S3', Location: 'code/src/app.zip' },
        { Type: 'CODECOMMIT', Location: 'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/line' },
      ].map(Source => ({
        type: 'AWS::CodeBuild::Project',
        account: A,
        arn: `arn:aws:codebuild:us-east-1:${A}:project/${Source.Type}`,
        properties: { ServiceRole: role(A, 'y'), Source },
      })),
      {
        type: 'AWS::Glue::Job',
        account: A,
        arn: `arn:aws:glue:us-east-1:${A}:job/j`,
        properties: { Role: role(A, 'z'), Command: { ScriptLocation: 's3://code/src/job.py' } },
      },
    ],
    paths: [
      'x write-build-source y',
      'x write-script z',
      'y assume-role v',
      'x write-build-source y assume-role v',
      'pusher write-build-source y assume-role v',
    ],
  },
]

const shortOf = (text: string) => text.replace(/^arn:aws:iam::\d{12}:(role|user)\//, '')

test.each(cases)('$name', ({ roles, others, paths }) => {
  const found = escalation(worldOf(roles, others), needsOf()).map(({ from, steps }) =>
    [shortOf(from), ...steps.map(({ by, to }) => `${by} ${shortOf(to)}`)].join(' '),
  )
  expect(found.toSorted()).toEqual([...paths].toSorted())
})

/** ARNs of China and of GovCloud begin with another word: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
test('an account of another partition has administrators too', () => {
  const partition = (text: string) => text.replaceAll('arn:aws:', 'arn:aws-cn:')
  const world = worldOf([
    { account: B, name: 'x', identity: [{ Action: 'iam:PutRolePolicy', Resource: partition(role(B, '*')) }] },
  ])
  const principals = world.principals.map(each => ({ ...each, arn: partition(each.arn) }))
  const ways = escalation({ ...world, principals, resources: [] }, needsOf())
  expect(ways.map(({ from, to }) => [from, to])).toEqual([
    [partition(role(B, 'x')), `an administrator of ${B} (training)`],
  ])
})
