import { expect, test } from 'vitest'
import { placeOf } from '../source/spot.ts'
import { role, template } from '../world/case.fixture.ts'
import { readWorld } from '../world/read-world.ts'
import { policyFindings } from './policy-findings.ts'

const found = (text: string) =>
  policyFindings(readWorld([template(text)])).map(
    ({ code, severity, spot, cure }) => [code, severity, spot && placeOf(spot).line, cure] as const,
  )

const allow = (action: string, resource: string, more = '') =>
  role(`- Effect: Allow\n  Action: ${action}\n  Resource: ${resource}\n${more}`)

const cases: readonly (readonly [string, string, string | undefined, number?, RegExp?])[] = [
  [
    'D7: kms:ReEncrypt',
    allow('[kms:Decrypt, "kms:ReEncrypt"]', '"arn:aws:kms:us-east-1:111111111111:key/k"'),
    'unknown-action error',
    15,
    /kms:ReEncryptFrom, kms:ReEncryptTo or kms:ReEncrypt\*/,
  ],
  [
    'D7: an S3 ARN for CodeCommit',
    allow('codecommit:ListBranches', '"arn:aws:s3:::b"'),
    'wrong-service error',
    15,
    /arn:aws:codecommit/,
  ],
  ['a service that is not known', allow('s4:GetObject', '"*"'), 'unknown-action warning', 15, /s3:GetObject/],
  ['a wildcard without actions', allow('"s3:Gett*"', '"arn:aws:s3:::b/*"'), 'unknown-action error', 15],
  [
    'a list on objects',
    allow('s3:ListBucket', '"arn:aws:s3:::b/*"'),
    'wrong-resource-type error',
    15,
    /arn:aws:s3:::NAME/,
  ],
  ['an object on the bucket', allow('s3:GetObject', '"arn:aws:s3:::b"'), 'wrong-resource-type error', 15],
  [
    'an action without resources',
    allow('codepipeline:PutJobSuccessResult', '"arn:aws:codepipeline:us-east-1:111111111111:p"'),
    'needs-star error',
    15,
  ],
  [
    'an execution on its machine',
    allow('states:DescribeExecution', '"arn:aws:states:us-east-1:111111111111:stateMachine:m"'),
    'wrong-resource-type error',
    15,
  ],
  [
    'a short account',
    allow('sqs:SendMessage', '"arn:aws:sqs:us-east-1:11111111111:q"'),
    'malformed-arn error',
    16,
    /arn:aws:service/,
  ],
  [
    'a name in place of the account',
    allow('sqs:SendMessage', '"arn:aws:sqs:us-east-1:shared:q"'),
    'malformed-arn error',
    16,
  ],
  ['a bucket with an account', allow('s3:GetObject', '"arn:aws:s3::111111111111:b/*"'), 'malformed-arn error', 16],
  [
    'D8: a stray account',
    allow('codepipeline:StartPipelineExecution', '"arn:aws:codepipeline:us-east-1:557045202904:mvp"'),
    'stray-account warning',
    16,
  ],
  ['every resource', allow('[s3:GetObject, ecr:GetAuthorizationToken]', '"*"'), 'wide-resource note', 16],
  [
    'a key that no request has',
    allow('s3:ListBucket', '"arn:aws:s3:::b"', '  Condition: { StringLike: { "s3:prefx": "data/*" } }'),
    'unknown-condition-key warning',
    17,
    /s3:prefix/,
  ],
  ['only without resources', allow('ecr:GetAuthorizationToken', '"*"'), undefined],
  [
    "AWS's images",
    allow('ecr:BatchGetImage', '"arn:aws:ecr:us-east-1:683313688378:repository/sagemaker-xgboost"'),
    undefined,
  ],
  [
    'one action for each of two resources',
    allow('[s3:ListBucket, s3:GetObject]', '["arn:aws:s3:::b", "arn:aws:s3:::b/*"]'),
    undefined,
  ],
  ['a variable', allow('s3:GetObject', `"arn:aws:s3:::b/$\{aws:username}/*"`), undefined],
  [
    'a tag by a name of its own',
    allow(
      's3:GetObject',
      '"arn:aws:s3:::b/*"',
      '  Condition: { StringEquals: { "aws:PrincipalTag/team": a, "kms:EncryptionContext:x": y } }',
    ),
    undefined,
  ],
]

for (const [name, text, expected, line, cure = /./] of cases) {
  test(name, () => {
    const all = found(text)
    expect(all.map(([code, severity, at]) => [`${code} ${severity}`, at])).toEqual(
      expected === undefined ? [] : [[expected, line]],
    )
    expect(all.every(([, , , said]) => cure.test(said))).toBe(true)
  })
}

const bucket = (statement: string) => `Resources:
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: b
      PolicyDocument:
        Statement:
          - { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", ${statement} }
`

const open: readonly (readonly [string, 'error' | 'warning' | undefined])[] = [
  ['Principal: "*"', 'error'],
  ['Principal: { AWS: ["*"] }', 'error'],
  ['NotPrincipal: { AWS: "111111111111" }', 'error'],
  ['Principal: "*", Condition: { Bool: { "aws:SecureTransport": true } }', 'error'],
  ['Principal: "*", Condition: { ArnLike: { "aws:PrincipalArn": "*" } }', 'error'],
  ['Principal: "*", Condition: { ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/r" } }', 'error'],
  ['Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/r" } }', 'warning'],
  ['Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": o-1234567890 } }', undefined],
  ['Principal: { AWS: "111111111111" }', undefined],
]

test.each(open)('%s: open to everybody: %s', (statement, expected) => {
  expect(found(bucket(statement)).map(([code, severity]) => `${code} ${severity}`)).toEqual(
    expected ? [`wildcard-principal ${expected}`] : [],
  )
})

const long = (count: number) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => `arn:aws:s3:::${String(index).padStart(40, 'x')}`))
const sized = (type: string, count: number) => `Resources:
  P:
    Type: ${type}
    Properties:
      ${type.endsWith('BucketPolicy') ? 'Bucket: b' : 'Users: [ann]'}
      PolicyName: p
      PolicyDocument: { Version: 2012-10-17, Statement: { Effect: Allow, ${type.endsWith('BucketPolicy') ? 'Principal: { AWS: "111111111111" },' : ''} Action: "s3:ListBucket", Resource: ${long(count)} } }
`

/** 56 characters an ARN, beside about 100. */
const sizes: readonly (readonly [string, string, boolean])[] = [
  ['10,240 of a role, under', allow('s3:ListBucket', long(180)), false],
  ['10,240 of a role, over', allow('s3:ListBucket', long(185)), true],
  ['2,048 of a user, under', sized('AWS::IAM::Policy', 33), false],
  ['2,048 of a user, over', sized('AWS::IAM::Policy', 38), true],
  ['6,144 of a managed policy, under', sized('AWS::IAM::ManagedPolicy', 106), false],
  ['6,144 of a managed policy, over', sized('AWS::IAM::ManagedPolicy', 110), true],
  ['20,480 of a bucket, over', sized('AWS::S3::BucketPolicy', 370), true],
]

test.each(sizes)('%s', (_name, text, over) => {
  expect(found(text).map(([code]) => code)).toEqual(over ? ['policy-too-large'] : [])
})

test('a policy that is attached to two is complained of once', () => {
  const text = sized('AWS::IAM::ManagedPolicy', 110)
    .replace('[ann]', '[ann, bob]')
    .replace('s3:ListBucket', 's3:ListBuckt')
  expect(found(text).map(([code]) => code)).toEqual(['unknown-action', 'policy-too-large'])
})

test('a misspelt action is found in a statement that cannot be read for another reason', () => {
  const both = allow('[s3:GetObject, s3:GetObjekt]', 'nonsense', '  Condition: {StringEqualz: {aws:userid: x}}\n')
  const world = readWorld([template(both)])
  expect(world.findings.map(({ code }) => code)).toContain('malformed-arn')
  expect(found(both)).toEqual([['unknown-action', 'error', 15, 'write s3:GetObject']])
  expect(found(allow('[nonsense, s3:PutObjekt]', '"*"')).map(([code]) => code)).toEqual(['unknown-action'])
})
