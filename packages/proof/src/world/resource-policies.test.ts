import { expect, test } from 'vitest'
import { placeOf } from '../source/spot.ts'
import { codes, template } from './case.fixture.ts'
import { readWorld } from './read-world.ts'
import { statementSpot } from './statement-spot.ts'

const policy = (action: string) =>
  `{ Version: 2012-10-17, Statement: { Effect: Allow, Principal: { AWS: "222222222222" }, Action: "${action}", Resource: "*" } }`

const TEXT = `Resources:
  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: b } }
  BucketPolicy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Bucket, PolicyDocument: ${policy('s3:GetObject')} } }
  Second: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Bucket, PolicyDocument: ${policy('s3:PutObject')} } }
  Elsewhere: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: other, PolicyDocument: ${policy('s3:GetObject')} } }
  Key: { Type: AWS::KMS::Key, Properties: { KeyPolicy: ${policy('kms:Decrypt')} } }
  Plain: { Type: AWS::KMS::Key }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } }
  QueuePolicy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [!Ref Queue], PolicyDocument: ${policy('sqs:SendMessage')} } }
  Topic: { Type: AWS::SNS::Topic }
  TopicPolicy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [!Ref Topic], PolicyDocument: ${policy('sns:Publish')} } }
  Images: { Type: AWS::ECR::Repository, Properties: { RepositoryPolicyText: ${policy('ecr:BatchGetImage')} } }
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { Name: s } }
  SecretPolicy: { Type: AWS::SecretsManager::ResourcePolicy, Properties: { SecretId: !Ref Secret, ResourcePolicy: ${policy('secretsmanager:GetSecretValue')} } }
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: bus } }
  BusPolicy: { Type: AWS::Events::EventBusPolicy, Properties: { EventBusName: bus, StatementId: x, Action: events:PutEvents, Principal: "222222222222" } }
  Function: { Type: AWS::Lambda::Function, Properties: { FunctionName: f } }
  ByRule: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !GetAtt Function.Arn, Action: lambda:InvokeFunction, Principal: events.amazonaws.com, SourceArn: "arn:aws:events:us-east-1:111111111111:rule/r" } }
  ByAccount: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref Function, Action: lambda:InvokeFunction, Principal: "222222222222" } }
`

const world = readWorld([template(TEXT)])
const said = (arn: string) =>
  world.resources
    .find(resource => resource.arn === arn)
    ?.policy?.policy.document.Statement.map(({ Action, Principal, Condition }) => [
      ...(Action ?? []),
      ...Object.values(Principal ?? {}).flat(),
      ...Object.keys(Condition ?? {}),
    ])

const B = '222222222222'
const cases: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ['arn:aws:s3:::b', [['s3:GetObject', B]]],
  ['arn:aws:s3:::other', [['s3:GetObject', B]]],
  ['arn:aws:kms:us-east-1:111111111111:key/a-Key', [['kms:Decrypt', B]]],
  ['arn:aws:kms:us-east-1:111111111111:key/a-Plain', [['kms:*', 'arn:aws:iam::111111111111:root']]],
  ['arn:aws:sqs:us-east-1:111111111111:q', [['sqs:SendMessage', B]]],
  ['arn:aws:sns:us-east-1:111111111111:a-Topic', [['sns:Publish', B]]],
  ['arn:aws:ecr:us-east-1:111111111111:repository/a-images', [['ecr:BatchGetImage', B]]],
  ['arn:aws:secretsmanager:us-east-1:111111111111:secret:s', [['secretsmanager:GetSecretValue', B]]],
  ['arn:aws:events:us-east-1:111111111111:event-bus/bus', [['events:PutEvents', `arn:aws:iam::${B}:root`]]],
  [
    'arn:aws:lambda:us-east-1:111111111111:function:f',
    [
      ['lambda:InvokeFunction', 'events.amazonaws.com', 'ArnLike'],
      ['lambda:InvokeFunction', B],
    ],
  ],
]

test.each(cases)('%s has its policy', (arn, expected) => {
  expect(said(arn)).toEqual(expected)
})

test('a second policy of one bucket is said, and keys are judged by their own rule', () => {
  expect(codes(world.findings)).toEqual(['second-resource-policy:4'])
  expect(world.resources.filter(({ rule }) => rule === 'key').map(({ logicalId }) => logicalId)).toEqual([
    'Key',
    'Plain',
  ])
})

test('each permission of a function stands where it is written', () => {
  const { policy } = world.resources.find(({ name }) => name === 'f')!
  expect([0, 1].map(index => placeOf(statementSpot(policy!, index)).line)).toEqual([18, 19])
})

const TEXT_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }],
})

test.each([
  ['a policy that stands as text', TEXT_POLICY, ['s3:GetObject']],
  ['text that is no policy', '{', []],
  ['text that is nested beyond all measure', `{"Statement":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, []],
])('%s', (_, text, actions) => {
  const resource = { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'b', PolicyDocument: text } }
  const { resources, findings } = readWorld([template(JSON.stringify({ Resources: { P: resource } }))])
  const policy = resources.find(({ arn }) => arn === 'arn:aws:s3:::b')?.policy?.policy
  expect(policy?.document.Statement.flatMap(({ Action }) => Action)).toEqual(actions)
  expect(findings.length > 0).toBe(actions.length === 0)
})
