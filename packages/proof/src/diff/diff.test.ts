import { decide } from '@tripoint/iam'
import { describe, expect, test } from 'vitest'
import { requestIn } from '../world/request.ts'
import { diffWorlds } from './diff.ts'
import {
  BUCKET,
  BY_READER,
  bucketStatement,
  KEY,
  keyStatement,
  type LineParts,
  NO_HTTP,
  own,
  SHARED,
  VIA_S3,
  worldOf,
} from './line.fixture.ts'
import { diffMarkdown } from './markdown.ts'

const TITLES = { before: 'before', after: 'after' }
const diffOf = (before: Partial<LineParts>, after: Partial<LineParts>) =>
  diffWorlds(worldOf(before), worldOf(after), TITLES)

const saying = ({ changes }: ReturnType<typeof diffOf>) =>
  changes.map(({ weight, level, words, note }) => `${weight} ${level}: ${words}${note === '' ? '' : `, ${note}`}`)

const decrypt = own('kms:Decrypt', KEY, VIA_S3)
const read = own('s3:GetObject', `${BUCKET}/data/*`)

type Case = readonly [string, Partial<LineParts>, Partial<LineParts>, readonly string[]]

const CASES: readonly Case[] = [
  ['nothing', {}, {}, []],
  ['the order of statements', { reader: [read, decrypt] }, { reader: [decrypt, read] }, []],
  [
    'an account by its number, which is its root',
    {},
    { key: [{ ...keyStatement(), Principal: { AWS: '222222222222' } }] },
    [],
  ],
  [
    'both sides of an access',
    { key: [], reader: [read] },
    {},
    ["effective read: training's reader can now decrypt with the shared key, only through S3"],
  ],
  [
    'one side alone',
    { key: [], reader: [read] },
    { reader: [read] },
    [
      "latent read: training's reader is allowed to decrypt with the shared key by one side now, still held back by its own policies",
    ],
  ],
  [
    'the other side alone',
    { key: [], reader: [read] },
    { key: [] },
    [
      "latent read: training's reader is allowed to decrypt with the shared key by one side now, still held back by the key policy",
    ],
  ],
  [
    'a side, where the other had it already',
    { key: [] },
    {},
    ["effective read: training's reader can now decrypt with the shared key, only through S3"],
  ],
  [
    'a condition, on both sides',
    {},
    { key: [keyStatement(BY_READER)], reader: [own('kms:Decrypt', KEY), read] },
    [
      "condition read: training's reader can decrypt with the shared key under other conditions, only through S3 before, now without a condition",
    ],
  ],
  [
    'a condition, on one side',
    {},
    { key: [keyStatement(BY_READER)] },
    [
      "repeated read: training's reader could already decrypt with the shared key, which is now said more widely, nothing changes by it",
    ],
  ],
  [
    'a condition that only a rare request meets',
    {
      reader: [read, own('kms:Decrypt', KEY, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })],
      key: [keyStatement({ ...BY_READER, StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-east-2'] } })],
    },
    {
      reader: [read, own('kms:Decrypt', KEY, { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-east-2'] } })],
      key: [keyStatement({ ...BY_READER, StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-east-2'] } })],
    },
    [
      "condition read: training's reader can decrypt with the shared key under other conditions, only when StringEquals aws:RequestedRegion us-east-1, us-east-2 and only when StringEquals aws:RequestedRegion us-east-1 before, now only when StringEquals aws:RequestedRegion us-east-1, us-east-2",
    ],
  ],
  [
    'another prefix',
    {},
    { bucket: [NO_HTTP, bucketStatement('models/')], reader: [decrypt, own('s3:GetObject', `${BUCKET}/models/*`)] },
    [
      "effective read: training's reader can now read the objects under models/ of the shared bucket",
      "effective read: training's reader can no longer read the objects under data/ of the shared bucket",
    ],
  ],
  [
    'a trust',
    {},
    {
      trust: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${SHARED}:root` }, Action: 'sts:AssumeRole' }],
    },
    [
      "effective permissions: others of shared whom their own account allows it can now become training's reader",
      "effective permissions: sagemaker.amazonaws.com can no longer become training's reader",
    ],
  ],
  [
    'a Deny',
    {},
    { bucket: [bucketStatement('data/')] },
    ['effective permissions: the shared bucket no longer refuses s3:* without TLS'],
  ],
  [
    'a Deny of its own',
    {},
    { reader: [decrypt, read, { Effect: 'Deny', Action: 's3:*', Resource: '*' }] },
    [
      "effective permissions: a policy of training's reader now refuses s3:*",
      "effective read: training's reader can no longer read the objects under data/ of the shared bucket",
    ],
  ],
  [
    'an organization, which nobody without credentials is of',
    {},
    {
      bucket: [
        NO_HTTP,
        bucketStatement('data/'),
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: `${BUCKET}/*`,
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        },
      ],
    },
    [
      'effective read: any other AWS account can now read the objects of the shared bucket, only when StringEquals aws:PrincipalOrgID o-1',
    ],
  ],
  [
    'somebody of another provider, whom no request can be tried as',
    {},
    {
      trust: [
        {
          Effect: 'Allow',
          Principal: { Federated: 'token.actions.githubusercontent.com' },
          Action: 'sts:AssumeRoleWithWebIdentity',
        },
      ],
    },
    ["effective permissions: token.actions.githubusercontent.com can now become training's reader"],
  ],
  [
    'everybody',
    {},
    {
      bucket: [
        NO_HTTP,
        bucketStatement('data/'),
        { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/open/*` },
      ],
    },
    ['effective read: anybody, without credentials can now read the objects under open/ of the shared bucket'],
  ],
  [
    'a boundary that takes away what a policy says',
    {},
    { boundary: [own('s3:*', '*')] },
    ["effective read: training's reader can no longer decrypt with the shared key, only through S3"],
  ],
  [
    'a pattern of actions',
    {},
    { reader: [decrypt, read, own('iam:*', '*')] },
    ["effective permissions: training's reader can now use iam:* on training's reader"],
  ],
]

test.each(CASES)('what changes by %s', (_, before, after, expected) => {
  const said = saying(diffOf(before, after))
  expect(said).toEqual(expect.arrayContaining([...expected]))
  if (expected.length === 0) expect(said).toEqual([])
})

describe('each change', () => {
  const real = CASES.flatMap(([name, before, after]) => {
    const [was, is] = [worldOf(before), worldOf(after)]
    return diffWorlds(was, is, TITLES)
      .changes.filter(({ witness, weight }) => witness && (weight === 'effective' || weight === 'condition'))
      .map(change => ({ name, change, was, is }))
  })

  test('that is real has a request that only one side allows', () => {
    expect(real.length).toBeGreaterThan(8)
    for (const { name, change, was, is } of real) {
      const unknown = change.principal.includes(':role/other') ? 'at-most' : 'at-least'
      const [before, after] = [was, is].map(world => decide(requestIn(world, change.witness!, unknown)).allowed)
      expect({ name, before, after }).toEqual({
        name,
        before: change.does === 'removed',
        after: change.does === 'added',
      })
    }
  })

  test('turned round is taken back', () => {
    for (const [, before, after] of CASES) {
      const there = diffOf(before, after).changes.filter(({ weight }) => weight === 'effective')
      const back = diffOf(after, before).changes.filter(({ weight }) => weight === 'effective')
      const named = (changes: typeof there) =>
        changes
          .map(({ principal, actions, resources }) => [principal, actions, resources])
          .map(String)
          .toSorted()
      expect(named(back)).toEqual(named(there))
    }
  })
})

test('a comment quotes names as text, and is never longer than GitHub takes', () => {
  const hostile = { ...own('s3:GetObject', `${BUCKET}/<img src=x>|@everyone \`*`), Sid: 'x' }
  const markdown = diffMarkdown(diffOf({}, { reader: [hostile] }))
  expect(markdown).not.toMatch(/^[^`]*[^\\`]<img/m)
  expect(markdown).not.toMatch(/^[^`]*@everyone/m)
  const seen = diffMarkdown(
    diffOf({}, { reader: [own('s3:GetObject', `${BUCKET}/\u202egpj&#64;all https://x.example`)] }),
  )
  expect(seen).not.toMatch(/\u202e/)
  expect(seen).not.toMatch(/^[^`]*(&#64;|https:)/m)
  const diff = diffOf({ key: [] }, {})
  const many = Array.from({ length: 900 }, () => diff.changes).flat()
  const long = diffMarkdown({ ...diff, changes: many })
  expect(long.length).toBeLessThan(65_536)
  expect(long).toMatch(/… and \d+ more/)
})
