import { describe, expect, test } from 'vitest'
import { BUCKET, KEY, keyStatement, own, READER, SHARED, TRAINING, worldOf } from '../diff/line.fixture.ts'
import { understand } from './question.ts'
import { why } from './why.ts'

const world = worldOf()

const understood = (principal: string, action: string, resource: string, context: Record<string, string> = {}) =>
  understand(world, undefined, { principal, action, resource, context })

describe('who is meant', () => {
  test.each([
    ['line-reader', READER],
    ['ReaderRole', READER],
    ['readerrole', READER],
    ['reader', READER],
    ['role/line-reader', READER],
    [READER, READER],
    [`arn:aws:sts::${TRAINING}:assumed-role/line-reader/somebody`, READER],
    ['publisher', `arn:aws:iam::${SHARED}:user/publisher`],
    ['user/publisher', `arn:aws:iam::${SHARED}:user/publisher`],
    [TRAINING, `arn:aws:iam::${TRAINING}:root`],
    ['training', `arn:aws:iam::${TRAINING}:root`],
    ['lambda.amazonaws.com', 'service:lambda.amazonaws.com'],
    ['anyone', 'anonymous'],
    ['*', 'anonymous'],
  ])('by %s', (word, principal) => {
    expect(understood(word, 'kms:Decrypt', 'Key')).toMatchObject({ question: { asked: { principal } } })
  })

  test.each([
    ['raeder', /called "raeder"; near it: .*line-reader/],
    ['__proto__', /called "__proto__"/],
    ['', /called ""/],
    [KEY, /is no principal/],
  ])('not by %s', (word, problem) => {
    expect(understood(word, 'kms:Decrypt', 'Key')).toMatchObject({ problem: expect.stringMatching(problem) })
  })

  test('an administrator, where no template shows him', () => {
    expect(understood(`arn:aws:iam::${TRAINING}:role/boss`, 'kms:Decrypt', 'Key')).toMatchObject({
      question: { notes: [expect.stringMatching(/taken as an administrator/)] },
    })
  })
})

describe('what is meant', () => {
  test.each([
    ['Key', KEY],
    ['key', KEY],
    ['line-base/Key', KEY],
    [KEY, KEY],
    ['s3://line-data/data/x', `${BUCKET}/data/x`],
    ['s3://line-data', BUCKET],
    ['Bucket/data/x', `${BUCKET}/data/x`],
    ['line-data', BUCKET],
    ['ReaderRole', READER],
    ['*', '*'],
  ])('by %s', (word, resource) => {
    expect(understood('reader', 'kms:Decrypt', word)).toMatchObject({ question: { asked: { resource } } })
  })

  test.each([
    ['Kee', 'kms:Decrypt', /called "Kee"; near it: Key/],
    ['alias/x', 'kms:Decrypt', /is an alias/],
    ['Key', 'kms:Dekrypt', /no action kms:Dekrypt; near it: kms:Decrypt/],
    ['Key', 'kms:*', /many actions/],
    ['Key', 'decrypt', /is no action/],
  ])('not by %s, %s', (resource, action, problem) => {
    expect(understood('reader', action, resource)).toMatchObject({ problem: expect.stringMatching(problem) })
  })

  test('an action in any case is called as AWS calls it', () => {
    expect(understood('reader', 'KMS:decrypt', 'Key')).toMatchObject({ question: { asked: { action: 'kms:Decrypt' } } })
  })

  test('what an action is not about is said', () => {
    expect(understood('reader', 's3:GetObject', 'Bucket')).toMatchObject({
      question: {
        notes: [expect.stringMatching(/s3:GetObject is asked about: .*object.*; arn:aws:s3:::line-data is none/)],
      },
    })
  })
})

function answer(of: ReturnType<typeof worldOf>, principal: string, action: string, resource: string, context = {}) {
  const typed = understand(of, undefined, { principal, action, resource, context })
  if ('problem' in typed) throw new Error(typed.problem)
  return why(of, undefined, typed.question)
}

const VIA = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }

describe('the verdict', () => {
  test.each([
    ['reader', 'kms:Decrypt', 'Key', VIA, 'allowed'],
    ['reader', 'kms:Decrypt', 'Key', {}, 'denied'],
    ['reader', 's3:GetObject', 'Bucket/data/x', {}, 'allowed'],
    ['reader', 's3:GetObject', 'Bucket/data/x', { 'aws:SecureTransport': 'false' }, 'denied'],
    ['reader', 's3:GetObject', 'Bucket/other', {}, 'denied'],
    ['anyone', 's3:GetObject', 'Bucket/data/x', {}, 'denied'],
    ['publisher', 's3:PutObject', 'Bucket/data/x', {}, 'denied'],
    ['publisher', 's3:DeleteObject', 'Bucket/data/x', {}, 'unknown'],
    ['sagemaker.amazonaws.com', 'sts:AssumeRole', 'ReaderRole', {}, 'allowed'],
    ['lambda.amazonaws.com', 'sts:AssumeRole', 'ReaderRole', {}, 'denied'],
    ['shared', 'kms:PutKeyPolicy', 'Key', {}, 'allowed'],
    ['reader', 'kms:Decrypt', `arn:aws:kms:us-east-1:${TRAINING}:key/elsewhere`, {}, 'denied'],
    ['reader', 's3:GetObject', 's3://line-data/data/x', {}, 'allowed'],
  ])('%s %s %s %j', (principal, action, resource, context, verdict) => {
    expect(answer(world, principal, action, resource, context)).toMatchObject({ verdict })
  })

  test('hangs on what no template shows', () => {
    const other = worldOf({ reader: [own('kms:Decrypt', '*'), own('s3:GetObject', '*')] })
    const key = `arn:aws:kms:us-east-1:${SHARED}:key/elsewhere`
    expect(answer(other, 'reader', 'kms:Decrypt', key)).toMatchObject({
      verdict: 'unknown',
      decisions: [{ hangsOn: expect.stringContaining(key) }],
    })
    expect(answer(other, 'reader', 's3:GetObject', 's3://elsewhere/x')).toMatchObject({ verdict: 'allowed' })
  })
})

test('what S3 asks of KMS comes after it, and can refuse it', () => {
  const through = answer(world, 'reader', 's3:GetObject', 'Bucket/data/x')
  expect(through.decisions.map(({ asked }) => [asked.action, asked.resource])).toEqual([
    ['s3:GetObject', `${BUCKET}/data/x`],
    ['kms:Decrypt', KEY],
  ])
  expect(through.decisions[1]?.asked.context).toMatchObject({ ...VIA, 'kms:EncryptionContext:aws:s3:arn': BUCKET })
  const without = answer(worldOf({ key: [] }), 'reader', 's3:GetObject', 'Bucket/data/x')
  expect(without).toMatchObject({ verdict: 'denied', decisions: [{ verdict: 'allowed' }, { verdict: 'denied' }] })
})

test('a refusal says which half is missing, where it would stand, and the least that would do', () => {
  const [first] = answer(worldOf({ key: [] }), 'reader', 'kms:Decrypt', 'Key', VIA).decisions
  expect(first?.missing).toEqual([
    expect.objectContaining({
      side: 'key',
      denies: false,
      account: SHARED,
      owner: KEY,
      place: expect.objectContaining({ file: 'line-base.json', path: 'Resources.Key.Properties.KeyPolicy' }),
    }),
  ])
  const least = JSON.parse(first?.missing[0]?.statement ?? '{}')
  expect(least).toEqual(keyStatement())
  // With it, and with nothing else, it is allowed.
  expect(answer(worldOf({ key: [least] }), 'reader', 'kms:Decrypt', 'Key', VIA)).toMatchObject({ verdict: 'allowed' })
})

test('a Deny is shown where it stands', () => {
  const [first] = answer(world, 'reader', 's3:GetObject', 'Bucket/data/x', { 'aws:SecureTransport': 'false' }).decisions
  expect(first?.missing).toEqual([
    expect.objectContaining({
      denies: true,
      place: expect.objectContaining({ path: expect.stringMatching(/Statement\.0$/) }),
    }),
  ])
  expect(first?.steps[0]).toMatchObject({ kind: 'deny', decides: true, statements: [{ sid: 'NoHttp' }] })
})
