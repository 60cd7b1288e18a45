import { expect, test } from 'vitest'
import {
  allowsNoMore,
  decide,
  deniesNoMore,
  type Policy,
  type PolicyKind,
  parsePolicy,
  type ReachQuestion,
  reach,
  requesterOf,
  type Subject,
} from '../index.ts'

/** Claims that look true as long as one reads policies as they are mostly written. */

const policy = (kind: PolicyKind, ...statements: readonly object[]): Policy => ({
  kind,
  name: kind,
  document: parsePolicy({ Version: '2012-10-17', Statement: statements }),
})
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' })
const when = (Condition: object) => ({ Condition })
const identity = (...statements: readonly object[]) => [policy('identity', ...statements)]

const USER = 'arn:aws:iam::111111111111:user/u'

const COMPARED = [
  [
    'federated users have the policies of their user',
    allowsNoMore(identity(allow(when({ StringEquals: { 'aws:PrincipalType': 'FederatedUser' } }))), []),
    'refuted',
  ],
  [
    'service control policies bind root users',
    deniesNoMore([policy('scp', deny(when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } })))], []),
    'refuted',
  ],
  [
    'whoever has a boundary is denied by a NotPrincipal that spares him',
    deniesNoMore(
      [policy('resource', deny({ NotPrincipal: { AWS: [USER, '111111111111'] } }))],
      [policy('resource', deny({ Principal: '*', ...when({ ArnNotEquals: { 'aws:PrincipalArn': USER } }) }))],
    ),
    'refuted',
  ],
  [
    'a key with several values can be two things at once',
    allowsNoMore(
      identity(allow(when({ StringEquals: { 'aws:TagKeys': 'a' }, StringLike: { 'aws:TagKeys': 'b' } }))),
      [],
    ),
    'refuted',
  ],
  [
    'a key with one value cannot',
    allowsNoMore(
      identity(allow(when({ StringEquals: { 'aws:SourceVpc': 'a' }, StringLike: { 'aws:SourceVpc': 'b' } }))),
      [],
    ),
    'proved',
  ],
  ...['ß', '𐐨', 'ΑΣ'].map(
    text =>
      [
        `letters whose case is not one character's: ${text}`,
        allowsNoMore(
          identity(allow(when({ StringEqualsIgnoreCase: { 'x:k': text } }))),
          identity(allow(when({ StringEquals: { 'x:k': text } }))),
        ),
        'undecided',
      ] as const,
  ),
  [
    'before the first moment that UTC can write there are others',
    allowsNoMore(identity(allow(when({ DateLessThan: { 'x:d': '0000-01-01T00:00:00Z' } }))), []),
    'undecided',
  ],
  [
    'a pattern of any length',
    allowsNoMore(
      [
        policy(
          'resource',
          allow({ Principal: '*', ...when({ ArnLike: { 'aws:PrincipalArn': `${USER}${'u'.repeat(300_000)}*` } }) }),
        ),
      ],
      [],
    ),
    'undecided',
  ],
] as const

test.each(COMPARED)('%s', (_what, answer, verdict) => {
  expect(answer.verdict).toBe(verdict)
})

const BUCKET = 'arn:aws:s3:::b'
const ROLE = 'arn:aws:iam::222222222222:role/r'
const known: Subject = { kind: 'known', requester: requesterOf(ROLE), identity: identity(allow()) }
const anyone = (include: readonly string[], account?: string): Subject => ({
  kind: 'anyone',
  include,
  exclude: [],
  account,
})
const open = allow({ Principal: '*' })

const bucket = (subject: Subject, statement: object, more: Partial<ReachQuestion> = {}): ReachQuestion => ({
  subject,
  actions: ['s3:*'],
  resources: [BUCKET, `${BUCKET}/*`],
  resourceAccount: '111111111111',
  resourceRule: 'plain',
  resourcePolicy: policy('resource', statement),
  ...more,
})

const restricted = { bucket: { restrictPublic: true } }
const written = { bucket: { objectOwner: '333333333333' }, actions: ['s3:GetObject'], resources: [`${BUCKET}/*`] }
const writer: Subject = { ...known, requester: requesterOf('arn:aws:iam::333333333333:role/w') }
const inVpc = { ...open, ...when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }) }
const session = [policy('session', allow({ Action: 's3:GetObject' }))]
const silent = allow({ Principal: { AWS: ROLE } })

const REACHED: readonly (readonly [string, ReachQuestion, string])[] = [
  [
    'a role of another partition',
    bucket(anyone(['arn:aws-us-gov:iam::222222222222:role/r'], '222222222222'), open),
    'refuted',
  ],
  [
    'a session is not a role',
    bucket(anyone(['arn:aws:sts::222222222222:assumed-role/r/run'], '222222222222'), open),
    'undecided',
  ],
  [
    'all who are not of the usual partition',
    bucket(
      anyone(['arn:*']),
      { ...open, ...when({ StringNotLike: { 'aws:PrincipalArn': 'arn:aws:*' } }) },
      { resources: ['arn:aws-cn:s3:::b/*'] },
    ),
    'refuted',
  ],
  [
    'more partitions than there are',
    bucket(anyone(['*']), open, { resources: Array.from({ length: 20 }, (_, i) => `arn:aws-${i}:s3:::b`) }),
    'undecided',
  ],
  [
    'a role whose id may be the one that is named',
    bucket(known, allow({ Principal: { AWS: 'AROA1234567890ABCDEF' } })),
    'undecided',
  ],
  [
    'or that a condition gives',
    bucket(known, { ...open, ...when({ StringLike: { 'aws:userid': 'AROA1234567890ABCDEF:*' } }) }),
    'undecided',
  ],
  ['or its account', bucket(known, allow({ Principal: { CanonicalUser: 'c0ffee' } })), 'undecided'],
  ['another role', bucket(known, allow({ Principal: { AWS: `${ROLE}2` } })), 'proved'],
  [
    'a public bucket that serves its own account only',
    bucket(anyone(['arn:*', 'anonymous']), open, restricted),
    'proved',
  ],
  ['but services too', bucket(anyone(['service:*']), open, restricted), 'refuted'],
  ['and its own account', bucket(anyone(['*'], '111111111111'), open, restricted), 'refuted'],
  ['a bucket whose policy is not public serves whom it names', bucket(anyone(['*']), inVpc, restricted), 'refuted'],
  ['an object of another account is not for the policy of the bucket to allow', bucket(known, open, written), 'proved'],
  ['its own account has it', bucket(writer, silent, written), 'refuted'],
  ['and does not need the bucket', bucket(anyone(['arn:*']), silent, written), 'refuted'],
  [
    'the bucket itself is its own',
    bucket(known, open, { ...written, actions: ['s3:ListBucket'], resources: [BUCKET] }),
    'refuted',
  ],
  [
    'who may put an object is for the policy to say',
    bucket(known, open, { ...written, actions: ['s3:PutObject'] }),
    'refuted',
  ],
  [
    'a session has no more than its policy',
    bucket({ ...known, session }, open, { actions: ['s3:PutObject'] }),
    'proved',
  ],
  ['and has that', bucket({ ...known, session }, open), 'refuted'],
  [
    'nobody calls a key without credentials',
    bucket(anyone(['anonymous']), open, { actions: ['kms:*'], resources: ['*'], resourceRule: 'key' }),
    'proved',
  ],
]

test.each(REACHED)('%s', (_what, question, verdict) => {
  const answer = reach(question)
  expect(answer.verdict).toBe(verdict)
  if (answer.verdict === 'refuted') expect(decide(answer.witness).allowed).toBe(true)
})
