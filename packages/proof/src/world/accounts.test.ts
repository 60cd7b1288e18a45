import { expect, test } from 'vitest'
import { codes, template } from './case.fixture.ts'
import type { Input, WorldOptions } from './input.ts'
import { readWorld } from './read-world.ts'

const bare = (name: string, text: string, more: Partial<Input> = {}): Input => ({ name, text, ...more })

const BASE = `Parameters:
  SharedServicesAccountID: { Type: String }
  TrainingAccountID: { Type: String }
Resources:
  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: data } }
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - { Effect: Allow, Principal: { AWS: !Sub "arn:aws:iam::\${SharedServicesAccountID}:root" }, Action: "kms:*", Resource: "*" }
          - { Effect: Allow, Principal: { AWS: !Sub "arn:aws:iam::\${TrainingAccountID}:root" }, Action: "kms:Decrypt", Resource: "*" }
Outputs:
  S3Bucket: { Value: !Ref Bucket }
  KMSKeyARN: { Value: !GetAtt Key.Arn, Export: { Name: the-key } }
`
const TRAINING = `Parameters:
  SharedServicesAccountID: { Type: String }
  SharedS3Bucket: { Type: String }
  SharedKMSKeyARN: { Type: String }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { AWS: !Sub "arn:aws:iam::\${SharedServicesAccountID}:root" }, Action: sts:AssumeRole }
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: s3:GetObject, Resource: !Sub "arn:aws:s3:::\${SharedS3Bucket}/*" }
              - { Effect: Allow, Action: kms:Decrypt, Resource: !Ref SharedKMSKeyARN }
`

const accounts = (inputs: readonly Input[], options: WorldOptions = {}) => {
  const world = readWorld(inputs, options)
  return Object.fromEntries(world.stacks.map(({ name, account }) => [name, account]))
}
const all = { SharedServicesAccountID: '111111111111', TrainingAccountID: '222222222222' }

test('the account of a template: given, by its key policy, by the role that others name there, by its name', () => {
  expect(accounts([bare('x.yml', BASE, { account: '444444444444' })])).toEqual({ x: '444444444444' })
  expect(accounts([bare('x.yml', BASE), bare('training.yml', TRAINING)], { parameters: all })).toEqual({
    x: '111111111111',
    training: '222222222222',
  })
  const pipeline = {
    pipeline: {
      name: 'p',
      roleArn: 'arn:aws:iam::111111111111:role/service-role/p',
      stages: [{ actions: [{ roleArn: 'arn:aws:iam::333333333333:role/worker' }] }],
    },
  }
  expect(accounts([bare('b.yml', TRAINING), bare('p.json', JSON.stringify(pipeline))])).toEqual({
    b: '333333333333',
    p: '111111111111',
  })
})

test('a made-up number is the same wherever its words are, and is said', () => {
  const world = readWorld([bare('a.yml', BASE), bare('b.yml', TRAINING)])
  const [a, b] = world.stacks.map(({ account }) => account)
  expect(a).toMatch(/^9\d{11}$/)
  expect(b).not.toBe(a)
  const trust = world.principals[0]?.trust?.policy.document.Statement[0]?.Principal?.AWS
  expect(trust).toEqual([`arn:aws:iam::${a}:root`])
  expect(world.accounts.every(({ known }) => known === 'assumed')).toBe(true)
  expect(codes(world.findings).filter(code => code.startsWith('assumed-account'))).toEqual([
    'assumed-account:1',
    'assumed-account:1',
  ])
})

test('an output hands its value on by its name, or by the end of the name of the parameter', () => {
  const world = readWorld([bare('a.yml', BASE), bare('b.yml', TRAINING)], { parameters: all })
  const [role] = world.principals
  expect(role?.identity[0]?.policy.document.Statement.flatMap(({ Resource = [] }) => Resource)).toEqual([
    'arn:aws:s3:::data/*',
    'arn:aws:kms:us-east-1:111111111111:key/a-Key',
  ])
  expect(codes(world.findings).filter(code => code.startsWith('assumed-parameter'))).toEqual([
    'assumed-parameter:3',
    'assumed-parameter:4',
  ])
})

test('without an output a placeholder stands for it, an ARN where its name asks for one', () => {
  const world = readWorld([bare('b.yml', TRAINING)], { parameters: all })
  const resources = world.principals[0]?.identity[0]?.policy.document.Statement.flatMap(({ Resource = [] }) => Resource)
  expect(resources).toEqual([
    'arn:aws:s3:::<SharedS3Bucket>/*',
    expect.stringMatching(/^arn:aws:kms:us-east-1:9\d{11}:key\/<SharedKMSKeyARN>$/),
  ])
  expect(codes(world.findings)).toContain('unresolved-parameter:4')
})

test('a parameter is the output of the stack that was said, and an import what another exports', () => {
  const reader = (text: string) =>
    bare(
      'b.yml',
      `Parameters: { K: { Type: String, Default: preset } }\nResources:\n  T: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: ${text} } }\n`,
    )
  const key = 'arn:aws:kms:us-east-1:111111111111:key/a-Key'
  const used = (input: Input, options: WorldOptions = { parameters: all }) => {
    const world = readWorld([bare('a.yml', BASE), input], options)
    return [
      world.resources.at(-1)?.properties.KmsMasterKeyId,
      ...codes(world.findings).filter(code => !code.startsWith('assumed')),
    ]
  }
  const here = { account: '111111111111' }
  expect(used({ ...reader('!Ref K'), ...here, parameters: { K: { stack: 'a', output: 'KMSKeyARN' } } })).toEqual([key])
  expect(used({ ...reader('!Ref K'), ...here, parameters: { K: 'given' } })).toEqual(['given'])
  expect(used({ ...reader('!Ref K'), ...here })).toEqual(['preset'])
  expect(used({ ...reader('!ImportValue the-key'), ...here })).toEqual([key])
  expect(used({ ...reader('!ImportValue the-key'), account: '222222222222' })).toEqual([
    key,
    'import-across-accounts:3',
  ])
  expect(used({ ...reader('!Ref K'), ...here, parameters: { K: { stack: 'a', output: 'Nothing' } } })).toEqual([
    'preset',
    'unresolved-output:1',
  ])
})

test('stacks that take their parameters from each other are said', () => {
  const half = (other: string, name: string) =>
    template(
      `Parameters: { P: { Type: String } }\nResources: { T: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref P } } }\nOutputs: { O: { Value: !Ref P } }\n`,
      {
        name,
        stack: name,
        parameters: { P: { stack: other, output: 'O' } },
      },
    )
  expect(codes(readWorld([half('b', 'a'), half('a', 'b')]).findings)[0]).toMatch(/^circular-reference/)
})

test('doubling from stack to stack ends in a finding', () => {
  const inputs = Array.from({ length: 40 }, (_, index) =>
    template(
      `Parameters: { P: { Type: String, Default: xxxxxxxx } }\nResources: { T: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref P } } }\nOutputs: { O: { Value: !Sub "\${P}\${P}" } }\n`,
      {
        name: `s${index}.yml`,
        stack: `s${index}`,
        ...(index === 0 ? {} : { parameters: { P: { stack: `s${index - 1}`, output: 'O' } } }),
      },
    ),
  )
  expect(codes(readWorld(inputs).findings)).toContain('malformed-intrinsic:3')
})

test('a pipeline as create-pipeline takes it is a pipeline', () => {
  const text = JSON.stringify({
    pipeline: {
      name: 'p',
      roleArn: 'arn:aws:iam::111111111111:role/r',
      stages: [{ name: 'Source', actions: [{ name: 'S', configuration: { RepositoryName: 'r', lower: 'case' } }] }],
    },
  })
  const [pipeline] = readWorld([bare('p.json', text, { account: '111111111111' })]).resources
  expect(pipeline).toMatchObject({
    type: 'AWS::CodePipeline::Pipeline',
    arn: 'arn:aws:codepipeline:us-east-1:111111111111:p',
    properties: { Stages: [{ Name: 'Source', Actions: [{ Configuration: { RepositoryName: 'r', lower: 'case' } }] }] },
  })
})
