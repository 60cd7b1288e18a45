import { describe, expect, test } from 'vitest'
import { reachable } from './reachable.ts'
import { trusted } from './trusted.ts'
import { A, B, C, need, needsOf, type ResourceInput, type RoleInput, worldOf } from './world.fixture.ts'

const KEY = `arn:aws:kms:us-east-1:${A}:key/k`
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` })
const only = (arn: string, more: object = {}) => ({ Condition: { ArnEquals: { 'aws:PrincipalArn': arn }, ...more } })

const key = (...policy: ResourceInput['policy'] & {}): ResourceInput => ({
  type: 'AWS::KMS::Key',
  account: A,
  arn: KEY,
  rule: 'key',
  policy,
})
const bucket = (...policy: ResourceInput['policy'] & {}): ResourceInput => ({
  type: 'AWS::S3::Bucket',
  account: A,
  arn: 'arn:aws:s3:::data',
  policy,
})
const repository: ResourceInput = {
  type: 'AWS::CodeCommit::Repository',
  account: A,
  arn: `arn:aws:codecommit:us-east-1:${A}:line`,
}
const trainer: RoleInput = { account: B, name: 'trainer', identity: [{ Action: 'kms:Decrypt', Resource: KEY }] }
const decrypts = (who: object, more: object = {}) => ({ Principal: who, Action: 'kms:Decrypt', Resource: '*', ...more })

interface Case {
  readonly name: string
  readonly roles?: readonly RoleInput[]
  readonly others?: readonly ResourceInput[]
  readonly needs?: Parameters<typeof needsOf>[0]
  /** kind who: actions, of each */
  readonly reach: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'nobody but the one on the list',
    roles: [trainer],
    others: [key(decrypts(root(B), only(role(B, 'trainer'))))],
    needs: [need(role(B, 'trainer'), 'kms:Decrypt', KEY)],
    reach: [],
  },
  {
    name: 'one who is not on the list',
    roles: [trainer],
    others: [key(decrypts(root(B), only(role(B, 'trainer'))))],
    reach: [`principal ${role(B, 'trainer')}: kms:Decrypt`],
  },
  {
    name: 'an account by its canonical user',
    others: [bucket({ Principal: { CanonicalUser: 'c0ffee', AWS: A }, Action: 's3:GetObject', Resource: '*' })],
    reach: ['outside the account of canonical user c0ffee: s3:GetObject'],
  },
  {
    name: 'a session of a role, which needs no word of the role in its own account',
    roles: [{ account: A, name: 'x' }],
    others: [
      bucket({
        Principal: { AWS: `arn:aws:sts::${A}:assumed-role/x/s` },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::data/*',
      }),
    ],
    reach: [`principal ${role(A, 'x')}: s3:GetObject`],
  },
  {
    name: 'one on the list, beyond the condition that the list sets',
    roles: [trainer],
    others: [key(decrypts(root(B), only(role(B, 'trainer'))))],
    needs: [
      need(role(B, 'trainer'), 'kms:Decrypt', KEY, {
        StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
      }),
    ],
    reach: [`principal ${role(B, 'trainer')}: kms:Decrypt`],
  },
  {
    name: 'a permission that the key policy does not let through',
    roles: [trainer],
    others: [key(decrypts(root(C), only(role(C, 'x'))))],
    needs: [need(role(C, 'x'), 'kms:Decrypt', KEY)],
    reach: [],
  },
  {
    name: 'a permission that the bucket policy denies',
    roles: [{ account: A, name: 'x', identity: [{ Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }] }],
    others: [bucket({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::data/*' })],
    reach: [],
  },
  {
    name: 'a permission that the bucket policy denies in part',
    roles: [{ account: A, name: 'x', identity: [{ Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }] }],
    others: [bucket({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::data/secret/*' })],
    reach: [`principal ${role(A, 'x')}: s3:GetObject`],
  },
  {
    name: 'a whole account',
    others: [key(decrypts(root(B)))],
    reach: ['account anybody else in 222222222222 (training): kms:Decrypt'],
  },
  {
    name: 'a whole account, but for one on the list',
    roles: [trainer],
    others: [key(decrypts(root(B)))],
    needs: [need(role(B, 'trainer'), 'kms:Decrypt', KEY)],
    reach: ['account anybody else in 222222222222 (training): kms:Decrypt'],
  },
  {
    name: 'roles of a name, of which templates make one',
    roles: [trainer],
    others: [
      key(decrypts(root(B), { Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${B}:role/train*` } } })),
    ],
    needs: [need(role(B, 'trainer'), 'kms:Decrypt', KEY)],
    reach: ['account anybody else in 222222222222 (training): kms:Decrypt'],
  },
  {
    name: 'somebody whom no template makes',
    others: [key(decrypts(root(B), only(role(B, 'ops'))))],
    reach: ['account anybody else in 222222222222 (training): kms:Decrypt'],
  },
  {
    name: 'an account that nobody declared',
    others: [bucket({ Principal: { AWS: '999999999990' }, Action: 's3:PutObject', Resource: 'arn:aws:s3:::data/*' })],
    reach: ['outside account 999999999990, which nobody declared: s3:PutObject'],
  },
  {
    name: 'everybody, where a public policy serves nobody',
    others: [
      {
        ...bucket({ Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::data/*' }),
        properties: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } },
      },
    ],
    reach: [],
  },
  {
    name: 'everybody',
    others: [bucket({ Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::data/*' })],
    reach: [
      'account anybody else in 222222222222 (training): s3:PutObject',
      'account anybody else in 333333333333 (production): s3:PutObject',
      'outside any AWS account: s3:PutObject',
      'anonymous anybody, without credentials: s3:PutObject',
    ],
  },
  {
    name: 'everybody of one account, by a condition',
    others: [
      bucket({
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::data/*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': C } },
      }),
    ],
    reach: ['account anybody else in 333333333333 (production): s3:PutObject'],
  },
  {
    name: 'a service that works for anybody',
    roles: [
      {
        account: B,
        name: 'x',
        trust: [{ Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    ],
    reach: ['service sagemaker.amazonaws.com: sts:AssumeRole'],
  },
  {
    name: 'a service that works for its own account, and one that does not say for whom',
    roles: [
      {
        account: B,
        name: 'x',
        trust: [
          {
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': B } },
          },
          { Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    ],
    reach: [],
  },
  {
    name: 'a service that works for anybody, at a bucket',
    others: [
      bucket({
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::data/*',
      }),
    ],
    reach: ['service lambda.amazonaws.com: s3:GetObject'],
  },
  {
    name: 'whoever has a word of an identity provider',
    roles: [
      {
        account: B,
        name: 'x',
        trust: [
          {
            Principal: { Federated: 'token.actions.githubusercontent.com' },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*' } },
          },
        ],
      },
    ],
    reach: ['outside whomever token.actions.githubusercontent.com vouches for: sts:AssumeRoleWithWebIdentity'],
  },
  {
    name: 'somebody of the list whom no template makes, with more than the list says',
    others: [key(decrypts(root(B), { Action: ['kms:Decrypt', 'kms:Encrypt'], ...only(role(B, 'ops')) }))],
    needs: [need(role(B, 'ops'), 'kms:Decrypt', KEY)],
    reach: [`principal ${role(B, 'ops')}: kms:Encrypt`],
  },
  {
    name: 'who may assume a role, and who may pass it',
    roles: [
      { account: B, name: 'x', trust: [{ Principal: { AWS: role(A, 'y') }, Action: 'sts:AssumeRole' }] },
      { account: A, name: 'y', identity: [{ Action: 'sts:AssumeRole', Resource: '*' }] },
      { account: B, name: 'z', identity: [{ Action: 'iam:PassRole', Resource: role(B, '*') }] },
    ],
    reach: [`principal ${role(A, 'y')}: sts:AssumeRole`, `principal ${role(B, 'z')}: iam:PassRole`],
  },
  {
    name: 'an action that is about no resource',
    roles: [{ account: A, name: 'x', identity: [{ Action: 'codecommit:ListRepositories', Resource: '*' }] }],
    others: [repository],
    reach: [],
  },
  {
    name: 'actions by a pattern',
    roles: [{ account: A, name: 'x', identity: [{ Action: 'codecommit:Git*', Resource: '*' }] }],
    others: [repository],
    reach: [`principal ${role(A, 'x')}: codecommit:GitPull,codecommit:GitPush`],
  },
  {
    name: "what AWS refuses across accounts whatever a key's policy says",
    others: [key({ Principal: root(B), Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'], Resource: '*' })],
    reach: ['account anybody else in 222222222222 (training): kms:DescribeKey'],
  },
  {
    name: 'a managed policy whose text is not known',
    roles: [{ account: A, name: 'x', opaque: 'arn:aws:iam::aws:policy/NotCarried' }],
    others: [repository],
    reach: [`undecided principal ${role(A, 'x')}: every`],
  },
]

describe('who can get at a thing', () => {
  test.each(cases)('$name', ({ roles = [], others = [], needs = [], reach }) => {
    const found = reachable(worldOf(roles, others), needsOf(needs)).map(({ verdict, kind, who, actions }) => {
      const named = actions.length > 30 ? 'every' : actions.join()
      return `${verdict === 'undecided' ? 'undecided ' : ''}${kind} ${who}: ${named}`
    })
    expect(found.toSorted()).toEqual(reach.toSorted())
  })

  test('it is said by which statements, under which condition, what follows and what to narrow', () => {
    const condition = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }
    const [found] = reachable(
      worldOf([trainer], [key(decrypts(root(B), only(role(B, 'trainer'), condition)))]),
      needsOf(),
    )
    expect(found).toMatchObject({
      resource: KEY,
      condition: { StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] } },
      witness: { principal: role(B, 'trainer'), action: 'kms:Decrypt', resource: KEY },
      consequence: `${role(B, 'trainer')} can read everything that lies under the key (${KEY})`,
      cure: `name in statement 1 of key policy of ${KEY} (world.json:1) only those who need it, or leave in statement 1 of identity policy of ${role(B, 'trainer')} (world.json:1) only the actions and resources that are needed`,
    })
    expect(JSON.stringify(found?.witness?.context).toLowerCase()).toBe(
      '{"kms:viaservice":"s3.us-east-1.amazonaws.com"}',
    )
    expect(found?.statements.map(({ side }) => side)).toEqual(['key', 'identity'])
  })
})

describe('who is trusted', () => {
  const named = (roles: readonly RoleInput[], others: readonly ResourceInput[], needs: Case['needs'] = []) =>
    trusted(worldOf(roles, others), needsOf(needs)).map(({ who, may, on }) => `${who}: ${may.join()} on ${on}`)

  test('administrators of each account, by what the key policy leaves to them', () => {
    const administers = { Principal: root(A), Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'], Resource: '*' }
    expect(named([], [key(administers, decrypts(root(A), only(role(A, 'x'))))])).toEqual([
      `administrators of ${A} (shared): iam:* on arn:aws:iam::${A}:*`,
      `administrators of ${B} (training): iam:* on arn:aws:iam::${B}:*`,
      `administrators of ${C} (production): iam:* on arn:aws:iam::${C}:*`,
      `administrators of ${A} (shared): kms:PutKeyPolicy,kms:DescribeKey on ${KEY}`,
    ])
  })

  test("another account's owners, as far as their own roles reach", () => {
    expect(named([trainer], [key(decrypts(root(B), only(role(B, 'trainer'))))]).slice(3)).toEqual([
      `administrators of ${B} (training): kms:Decrypt on ${KEY}`,
    ])
  })

  test('the people of the definition', () => {
    const person = {
      ...need(`arn:aws:iam::${A}:user/ada`, 'codecommit:GitPush', repository.arn),
      hop: 'people' as const,
    }
    expect(named([], [], [person]).slice(3)).toEqual([
      `arn:aws:iam::${A}:user/ada: codecommit:GitPush on ${repository.arn}`,
    ])
  })
})
