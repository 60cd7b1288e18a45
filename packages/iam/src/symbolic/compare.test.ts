import { describe, expect, test } from 'vitest'
import { allowsNoMore, deniesNoMore, type Policy, type PolicyKind, parsePolicy } from '../index.ts'

type Statement = Readonly<Record<string, unknown>>

const policy = (kind: PolicyKind, statements: readonly Statement[]): Policy => ({
  kind,
  name: kind,
  document: parsePolicy({
    Version: '2012-10-17',
    Statement: statements.map(each => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...each })),
  }),
})

interface Case {
  readonly name: string
  readonly kind?: PolicyKind
  readonly mine: readonly Statement[]
  readonly reference: readonly Statement[]
  /** undefined: proved */
  readonly witness?: Readonly<Record<string, unknown>>
}

const when = (operator: string, key: string, ...values: readonly string[]) => ({
  Condition: { [operator]: { [key]: values } },
})

const ROLE = 'arn:aws:iam::111111111111:role/train'
const ROOT = 'arn:aws:iam::111111111111:root'

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: policy variables */
const CASES: readonly Case[] = [
  { name: 'an action of a wildcard', mine: [{}], reference: [{ Action: 's3:Get*' }] },
  { name: 'case of an action', mine: [{ Action: 'S3:getobject' }], reference: [{}] },
  {
    name: 'a wildcard and an action',
    mine: [{ Action: 's3:*', Resource: 'arn:aws:s3:::models/*' }],
    reference: [{ Resource: 'arn:aws:s3:::models/*' }],
    witness: { action: 's3:PutObject', resource: 'arn:aws:s3:::models/x', context: {} },
  },
  {
    name: 'two halves make a whole',
    mine: [{ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    reference: [
      { Action: 's3:G*', ...when('StringLike', 'aws:SecureTransport', 't*') },
      { Action: undefined, NotAction: 's3:G*', ...when('StringLike', 'aws:SecureTransport', 't*') },
    ],
    witness: { action: 's3:GetObject', context: { 'aws:SecureTransport': 'True' } },
  },
  {
    name: 'a star does not cross a colon',
    mine: [{ Resource: 'arn:aws:sqs:us-east-1:111111111111:a' }],
    reference: [{ Resource: 'arn:aws:sqs:us-east-1:*' }],
  },
  {
    name: 'nor does it reach an account',
    mine: [{ Resource: 'arn:aws:sqs:us-east-1:111111111111:a' }],
    reference: [{ Resource: 'arn:aws:sqs:*:a' }],
    witness: { resource: 'arn:aws:sqs:us-east-1:111111111111:a' },
  },
  {
    name: 'the reference denies it',
    mine: [{ Resource: 'arn:aws:s3:::a/*' }],
    reference: [{}, { Effect: 'Deny', Resource: 'arn:aws:s3:::a/secret/*' }],
    witness: { resource: 'arn:aws:s3:::a/secret/x' },
  },
  {
    name: 'mine denies it too',
    mine: [{ Resource: 'arn:aws:s3:::a/*' }, { Effect: 'Deny', Resource: 'arn:aws:s3:::?/s*' }],
    reference: [{}, { Effect: 'Deny', Resource: 'arn:aws:s3:::a/secret/*' }],
  },
  {
    name: 'an absent key meets a negated operator',
    mine: [when('StringNotEquals', 'x:key', 'a')],
    reference: [{ Condition: { StringNotEquals: { 'x:key': 'a' }, Null: { 'x:key': 'false' } } }],
    witness: { context: {} },
  },
  {
    name: 'numbers as numbers',
    mine: [when('NumericLessThan', 's3:TlsVersion', '1.2')],
    reference: [when('NumericLessThanEquals', 's3:TlsVersion', '1.20')],
  },
  {
    name: 'the bound itself',
    mine: [when('NumericLessThanEquals', 's3:max-keys', '10')],
    reference: [when('NumericLessThan', 's3:max-keys', '1e1')],
    witness: { context: { 's3:max-keys': '10' } },
  },
  {
    name: 'an address within a range',
    mine: [when('IpAddress', 'aws:SourceIp', '10.1.0.0/16')],
    reference: [when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')],
  },
  {
    name: 'a day earlier',
    mine: [when('DateLessThan', 'aws:CurrentTime', '2027-01-02')],
    reference: [when('DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z')],
    witness: { context: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
  },
  {
    name: 'all of the values, or none',
    mine: [when('ForAllValues:StringEquals', 'aws:TagKeys', 'a')],
    reference: [when('ForAnyValue:StringEquals', 'aws:TagKeys', 'a', 'b')],
    witness: { context: {} },
  },
  {
    name: 'one of several values',
    mine: [when('ForAnyValue:StringEquals', 'aws:TagKeys', 'a')],
    reference: [when('ForAllValues:StringEquals', 'aws:TagKeys', 'a')],
    witness: { context: { 'aws:TagKeys': ['a', 'x'] } },
  },
  {
    name: 'a list of one empty text is none, though it is there',
    mine: [{ Condition: { Null: { 'x:set': 'false' }, 'ForAllValues:StringEquals': { 'x:set': 'a' } } }],
    reference: [when('ForAnyValue:StringEquals', 'x:set', 'a')],
    witness: { context: { 'x:set': '' } },
  },
  {
    name: 'between two bounds',
    mine: [{ Condition: { NumericGreaterThan: { 'x:n': '1' }, NumericLessThan: { 'x:n': '2' } } }],
    reference: [when('NumericEquals', 'x:n', '1', '2')],
    witness: { context: { 'x:n': '1.5' } },
  },
  {
    name: 'after the end of a range',
    mine: [{ Condition: { NotIpAddress: { 'x:ip': '10.0.0.0/8' }, IpAddress: { 'x:ip': '0.0.0.0/0' } } }],
    reference: [when('IpAddress', 'x:ip', '0.0.0.0/5', '8.0.0.0/7')],
    witness: { context: { 'x:ip': '11.0.0.0' } },
  },
  {
    name: 'an allowing NotPrincipal leaves out a role though its account is not listed',
    kind: 'resource',
    mine: [{ NotPrincipal: { AWS: ROLE } }],
    reference: [{ Principal: '*', ...when('ArnNotEquals', 'aws:PrincipalArn', ROLE) }],
  },
  {
    name: 'a denying NotPrincipal does not spare a role whose account is not listed',
    kind: 'resource',
    mine: [{ Principal: '*' }, { Effect: 'Deny', Action: '*', NotPrincipal: { AWS: ROLE } }],
    reference: [{ Action: 's3:PutObject', Principal: '*' }],
  },
  {
    name: 'what is not another than a variable is it',
    mine: [{}, { Effect: 'Deny', NotResource: 'arn:aws:s3:::b/${x:key}', Resource: undefined }],
    reference: [{ Resource: 'arn:aws:s3:::b/${x:key}' }],
  },
  {
    name: 'a variable without a value is matched by neither',
    mine: [{}],
    reference: [
      { Resource: 'arn:aws:s3:::b/${x:key}' },
      { Resource: undefined, NotResource: 'arn:aws:s3:::b/${x:key}' },
    ],
    witness: { context: {} },
  },
  {
    name: 'a condition with a variable, and the same with its value',
    mine: [when('StringEquals', 'x:a', '${x:b}')],
    reference: [{ ...when('StringEquals', 'x:a', '${x:b}'), Action: 's3:*' }],
  },
  {
    name: 'the same variable',
    mine: [{ Resource: 'arn:aws:s3:::home/${aws:username}/*' }],
    reference: [{ Action: 's3:*', Resource: ['arn:aws:s3:::home/${aws:username}/*'] }],
  },
  {
    name: 'a variable is within what it could be',
    mine: [{ Resource: 'arn:aws:s3:::home/${aws:username}/*' }],
    reference: [{ Resource: 'arn:aws:s3:::home/*' }],
  },
  {
    name: 'a variable could be another name',
    mine: [{ Resource: 'arn:aws:s3:::home/${aws:username}/*' }],
    reference: [{ Resource: 'arn:aws:s3:::home/ada/*' }],
    witness: { resource: 'arn:aws:s3:::home/x/x', context: { 'aws:username': 'x' } },
  },
  {
    name: 'a role by its account and its ARN',
    kind: 'resource',
    mine: [{ Principal: { AWS: ROOT }, ...when('ArnEquals', 'aws:PrincipalArn', ROLE) }],
    reference: [{ Principal: { AWS: ROLE } }],
  },
  {
    name: 'roles that are alike',
    kind: 'resource',
    mine: [{ Principal: { AWS: ROOT }, ...when('ArnLike', 'aws:PrincipalArn', `${ROLE}*`) }],
    reference: [{ Principal: { AWS: ROLE } }],
    witness: { principal: `${ROLE}x` },
  },
  {
    name: 'a whole account',
    kind: 'resource',
    mine: [{ Principal: { AWS: '111111111111' } }],
    reference: [{ Principal: { AWS: ['arn:aws:iam::111111111111:user/ada', ROLE] } }],
    witness: { principal: 'arn:aws:iam::111111111111:role/x' },
  },
  {
    name: 'everybody',
    kind: 'resource',
    mine: [{ Principal: '*', ...when('StringEquals', 'aws:PrincipalAccount', '111111111111') }],
    reference: [{ Principal: { AWS: ROOT } }],
  },
  {
    name: 'a service',
    kind: 'resource',
    mine: [{ Principal: '*', ...when('Bool', 'aws:PrincipalIsAWSService', 'true') }],
    reference: [{ Principal: { Service: 'lambda.amazonaws.com' } }],
    witness: { principal: 'service:x' },
  },
  {
    name: 'a session of the role',
    kind: 'resource',
    mine: [{ Principal: { AWS: 'arn:aws:sts::111111111111:assumed-role/train/run' } }],
    reference: [{ Principal: { AWS: ROLE } }, { Principal: { AWS: 'arn:aws:iam::111111111111:role/team/train' } }],
    witness: { requester: { arn: 'arn:aws:sts::111111111111:assumed-role/train/run' } },
  },
  {
    name: 'a federated session of the user',
    kind: 'resource',
    mine: [
      {
        Principal: { AWS: 'arn:aws:iam::444444444444:user/ada' },
        ...when('StringNotEquals', 'aws:PrincipalType', 'User'),
      },
    ],
    reference: [{ Action: 's3:PutObject', Principal: '*' }],
    witness: { requester: { type: 'federated-user', userArn: 'arn:aws:iam::444444444444:user/ada' } },
  },
  {
    name: 'a trust policy has no resource',
    kind: 'resource',
    mine: [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole', Resource: undefined }],
    reference: [
      {
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Resource: undefined,
        ...when('StringEquals', 'aws:SourceAccount', '111111111111'),
      },
    ],
    witness: { principal: 'service:lambda.amazonaws.com', action: 'sts:AssumeRole', context: {} },
  },
]
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: policy variables */

describe('does one policy allow no more than another?', () => {
  for (const { name, kind = 'identity', mine, reference, witness } of CASES) {
    test(name, () => {
      const answer = allowsNoMore([policy(kind, mine)], [policy(kind, reference)], { actions: ['s3:PutObject'] })
      expect(answer).toMatchObject(witness ? { verdict: 'refuted', witness } : { verdict: 'proved' })
    })
  }

  test('what every request has is not a question', () => {
    const mine = [policy('identity', [{}])]
    const reference = [policy('identity', [when('StringEquals', 'aws:ResourceAccount', '111111111111')])]
    expect(allowsNoMore(mine, reference)).toMatchObject({ verdict: 'refuted', witness: { context: {} } })
    expect(allowsNoMore(mine, reference, { context: { 'aws:resourceaccount': '111111111111' } }).verdict).toBe('proved')
    expect(allowsNoMore(reference, [], { known: ['aws:ResourceAccount'] }).verdict).toBe('proved')
  })

  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  const home = 'arn:aws:s3:::home/${aws:username}/*'

  test('an excluded variable that is known to have no value excludes everything', () => {
    const mine = [policy('identity', [{ Resource: undefined, NotResource: home }])]
    expect(allowsNoMore(mine, []).verdict).toBe('refuted')
    expect(allowsNoMore(mine, [], { known: ['aws:username'] }).verdict).toBe('proved')
  })

  test('a variable whose value is known is that value', () => {
    const mine = [policy('identity', [{ Resource: home }])]
    const reference = [policy('identity', [{ Resource: 'arn:aws:s3:::home/ada/*' }])]
    expect(allowsNoMore(mine, reference, { context: { 'aws:username': 'ada' } })).toMatchObject({
      verdict: 'proved',
      approximations: [],
    })
  })

  test('a cap makes it undecided, and says of what', () => {
    const infixes = Array.from({ length: 16 }, (_, i) => `arn:aws:s3:::*-${String.fromCharCode(97 + i)}-*`)
    const answer = allowsNoMore(
      [policy('identity', [{ Resource: infixes }])],
      [policy('identity', [{ Action: 's3:Put*' }])],
    )
    expect(answer).toMatchObject({ verdict: 'undecided', why: expect.stringMatching(/^resources: its patterns/) })
  })

  test('a key under a name of its own', () => {
    const odd = JSON.parse('{"StringEquals":{"__proto__":"a"}}') as object
    const answer = allowsNoMore(
      [policy('identity', [{ Condition: odd }])],
      [policy('identity', [{ Action: 's3:Put*' }])],
    )
    expect(answer.verdict).toBe('refuted')
  })
})

describe('does one policy deny nothing that another does not?', () => {
  const plainHttp = { Effect: 'Deny', Action: 's3:*', ...when('Bool', 'aws:SecureTransport', 'false') }
  const oldTls = { Effect: 'Deny', Action: 's3:*', ...when('NumericLessThan', 's3:TlsVersion', '1.2') }

  test('less is denied', () => {
    const answer = deniesNoMore([policy('identity', [plainHttp])], [policy('identity', [plainHttp, oldTls])])
    expect(answer.verdict).toBe('proved')
  })

  test('more is denied', () => {
    const answer = deniesNoMore([policy('identity', [plainHttp, oldTls])], [policy('identity', [oldTls])])
    expect(answer).toMatchObject({ verdict: 'refuted', witness: { context: { 'aws:SecureTransport': 'false' } } })
  })
})
