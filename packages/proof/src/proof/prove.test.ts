import type { Access } from '@tripoint/pipeline'
import { expect, test } from 'vitest'
import type { Needs } from '../needs/need.ts'
import { readWorld } from '../world/read-world.ts'
import { prove } from './prove.ts'
import { Tally } from './tally.ts'

const [A, B] = ['111111111111', '222222222222']
const reader = `arn:aws:iam::${B}:role/reader`

const need = (action: string, resource: string, sides: Access['sides'], conditions?: Access['conditions']): Access => ({
  id: action,
  hop: 'train',
  step: 'Train/Run',
  principal: { kind: 'role', arn: reader, account: B },
  action,
  resource,
  account: A,
  ...(conditions ? { conditions } : {}),
  sides,
  absence: { does: 'stops-at', step: 'Train/Run' },
  because: 'it is read',
  page: 'https://docs.aws.amazon.com/',
})

const needs: Needs = {
  from: 'definition',
  list: [
    { access: need('s3:GetObject', 'arn:aws:s3:::data/in/*', ['identity', 'resource']) },
    {
      access: need('s3:ListBucket', 'arn:aws:s3:::data', ['identity', 'resource'], {
        StringLike: { 's3:prefix': 'in/*' },
      }),
    },
    {
      access: {
        ...need('sts:AssumeRole', reader, ['trust']),
        principal: { kind: 'service', name: 'sagemaker.amazonaws.com', account: B },
        account: B,
      },
    },
  ],
  guards: [
    {
      id: 'DenyPlainHttp',
      owner: 'arn:aws:s3:::data',
      action: 's3:*',
      resources: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      because: 'nothing travels in plain text',
      page: 'https://docs.aws.amazon.com/',
    },
  ],
  administration: [],
}

const pinned = `Principal: { AWS: "arn:aws:iam::${B}:root" }
            Condition: { ArnEquals: { aws:PrincipalArn: "${reader}" }`

const DATA = `
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties: { BucketName: data }
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Data
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: DenyPlainHttp
            Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: [!GetAtt Data.Arn, !Sub "\${Data.Arn}/*"]
            Condition: { Bool: { aws:SecureTransport: "false" } }
          - Effect: Allow
            Action: s3:GetObject
            Resource: !Sub "\${Data.Arn}/in/*"
            ${pinned} }
          - Effect: Allow
            Action: s3:ListBucket
            Resource: !GetAtt Data.Arn
            ${pinned}, StringLike: { s3:prefix: in/* } }
`

const READER = `
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: reader
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: { Effect: Allow, Principal: { Service: sagemaker.amazonaws.com }, Action: sts:AssumeRole }
      Policies:
        - PolicyName: access
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - { Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::data/in/*" }
              - Effect: Allow
                Action: s3:ListBucket
                Resource: arn:aws:s3:::data
                Condition: { StringLike: { s3:prefix: in/* } }
`

interface Edit {
  readonly file: 'data' | 'reader'
  readonly from: string
  readonly to: string
}

function proved(...edits: readonly Edit[]) {
  const text = (file: Edit['file'], whole: string) =>
    edits
      .filter(edit => edit.file === file)
      .reduce((before, { from, to }) => {
        expect(before).toContain(from)
        return before.replace(from, to)
      }, whole)
  const world = readWorld([
    { name: 'data.yaml', text: text('data', DATA), account: A },
    { name: 'reader.yaml', text: text('reader', READER), account: B },
  ])
  return prove(world, needs, new Tally())
}

/** What is said: of each need, each guard, each entry that could go. */
function said({ needed, guards, excess }: ReturnType<typeof proved>): string[] {
  return [
    ...needed
      .filter(({ verdict }) => verdict !== 'allowed')
      .map(({ access, verdict }) => `${verdict} ${access.action}`),
    ...guards
      .filter(({ verdict }) => verdict !== 'held')
      .map(({ guard, verdict, harm }) => `${verdict} ${guard.id} ${harm}`),
    ...excess.map(
      ({ kind, what, harm, statement }) => `${kind} ${what} ${harm} ${statement.place?.file}:${statement.place?.line}`,
    ),
  ]
}

test('what says what is needed and nothing else is proved', () => {
  const result = proved()
  expect(said(result)).toEqual([])
  expect(result.needed[0]?.statements.map(({ side, place }) => `${side} ${place?.file}:${place?.line}`)).toEqual([
    'identity reader.yaml:15',
    'resource data.yaml:19',
  ])
})

const GET = 'Action: s3:GetObject'

const cases: readonly (readonly [name: string, edits: readonly Edit[], expected: readonly string[]])[] = [
  [
    'an action too many on one side is held back by the other',
    [{ file: 'reader', from: GET, to: 'Action: [s3:GetObject, s3:DeleteObject]' }],
    ['action s3:DeleteObject latent reader.yaml:15'],
  ],
  [
    'an action too many on both sides comes about',
    [
      { file: 'reader', from: GET, to: 'Action: [s3:GetObject, s3:DeleteObject]' },
      { file: 'data', from: GET, to: 'Action: [s3:GetObject, s3:DeleteObject]' },
    ],
    ['action s3:DeleteObject effective reader.yaml:15', 'action s3:DeleteObject effective data.yaml:19'],
  ],
  [
    'a wildcard is wider than what is needed of it',
    [{ file: 'reader', from: GET, to: 'Action: s3:Get*' }],
    ['action s3:Get* latent reader.yaml:15'],
  ],
  [
    'a resource that is wider than what is needed of it',
    [{ file: 'data', from: '/in/*"\n', to: '/*"\n' }],
    ['resource arn:aws:s3:::data/* latent data.yaml:19'],
  ],
  [
    'a whole account in place of a role lets everybody in it in',
    [{ file: 'data', from: `${pinned} }`, to: `Principal: { AWS: "${B}" }` }],
    [`principal ${B} effective data.yaml:19`],
  ],
  [
    'a condition that is missing on one side is held by the other',
    [{ file: 'data', from: ', StringLike: { s3:prefix: in/* } }', to: ' }' }],
    ['condition {"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/reader"]}} latent data.yaml:24'],
  ],
  [
    'a statement that nobody needs is told as one, whatever is in it',
    [
      {
        file: 'reader',
        from: '            Statement:\n',
        to: '            Statement:\n              - { Effect: Allow, Action: [sqs:*, sns:Publish], Resource: "*" }\n',
      },
    ],
    ['statement sqs:*,sns:Publish effective reader.yaml:15'],
  ],
  [
    'a role is passed on whatever its trust says',
    [
      {
        file: 'reader',
        from: '            Statement:\n',
        to: `            Statement:\n              - { Effect: Allow, Action: iam:PassRole, Resource: "${reader}" }\n`,
      },
    ],
    ['statement iam:PassRole effective reader.yaml:15'],
  ],
  [
    'an action without resources is not allowed by the name of one',
    [
      {
        file: 'reader',
        from: '            Statement:\n',
        to: `            Statement:\n              - { Effect: Allow, Action: ec2:DescribeInstances, Resource: "arn:aws:s3:::data" }\n`,
      },
    ],
    ['statement ec2:DescribeInstances latent reader.yaml:15'],
  ],
  [
    'a side that does not say it leaves the need denied',
    [{ file: 'data', from: GET, to: 'Action: s3:GetObjectAcl' }],
    ['denied s3:GetObject', 'statement s3:GetObjectAcl latent data.yaml:19'],
  ],
  [
    'a condition that nobody asked for leaves the need to chance',
    [
      {
        file: 'reader',
        from: '"arn:aws:s3:::data/in/*" }',
        to: '"arn:aws:s3:::data/in/*", Condition: { StringNotEquals: { aws:RequestedRegion: eu-west-1 } } }',
      },
    ],
    ['depends s3:GetObject'],
  ],
  [
    'a guard that is gone is open to whoever is allowed the rest',
    [
      {
        file: 'data',
        from: 'Effect: Deny\n            Principal: "*"\n            Action: s3:*',
        to: 'Effect: Deny\n            Principal: "*"\n            Action: s3:PutObject',
      },
    ],
    ['open DenyPlainHttp effective'],
  ],
  [
    'a denial that goes beyond the guards is told, with what it denies',
    [
      {
        file: 'data',
        from: 'Condition: { Bool: { aws:SecureTransport: "false" } }',
        to: 'Condition: { "Null": { aws:SourceVpce: "true" } }',
      },
    ],
    [
      'denied s3:GetObject',
      'denied s3:ListBucket',
      'open DenyPlainHttp effective',
      'denies-more s3:X on arn:aws:s3:::data latent data.yaml:13',
    ],
  ],
  [
    'a trust that names another service',
    [{ file: 'reader', from: 'sagemaker.amazonaws.com', to: 'ec2.amazonaws.com' }],
    ['denied sts:AssumeRole', 'statement sts:AssumeRole effective reader.yaml:9'],
  ],
]

test.each(cases)('%s', (_name, edits, expected) => {
  expect(said(proved(...edits))).toEqual(expected)
})

test('the smaller policy says what is needed, and then nothing is left to say', () => {
  const { excess } = proved({ file: 'reader', from: GET, to: 'Action: s3:*' })
  const { Statement } = JSON.parse(excess[0]?.smaller ?? '{}')
  expect(Statement).toEqual([
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/in/*' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::data',
      Condition: { StringLike: { 's3:prefix': 'in/*' } },
    },
  ])
})
