import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AgentOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const state = mkdtempSync(join(tmpdir(), 'twin-secure-transport-'))
let it: Twin
const s3 = (endpoint: string, options: AgentOptions = {}) =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: it.operator('111111111111'),
    requestHandler: { httpsAgent: { ca: readFileSync(it.authority ?? '', 'utf8'), ...options } },
  })
const get = (client: S3Client, Bucket: string) => client.send(new GetObjectCommand({ Bucket, Key: 'k' }))

beforeAll(async () => {
  it = await twin({ state, tls: true })
  const client = s3(it.endpoint)
  for (const [Bucket, Condition] of [
    ['open', undefined],
    ['secure', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['modern', { NumericLessThan: { 's3:TlsVersion': '1.3' } }],
  ] as const) {
    await client.send(new CreateBucketCommand({ Bucket }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'v' }))
    if (Condition === undefined) continue
    const Statement = [
      { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*`, Condition },
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  }
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true, force: true })
})

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tls-version:
// the version is that of the client's connection; without TLS there is none.
test.each<[string, () => S3Client, Record<'open' | 'secure' | 'modern', boolean>]>([
  ['TLS 1.3', () => s3(it.endpoint), { open: true, secure: true, modern: true }],
  ['TLS 1.2', () => s3(it.endpoint, { maxVersion: 'TLSv1.2' }), { open: true, secure: true, modern: false }],
  ['plain HTTP', () => s3(it.endpoint.replace('https', 'http')), { open: true, secure: false, modern: true }],
])('by %s', async (_how, client, expected) => {
  for (const [bucket, allowed] of Object.entries(expected)) {
    const asked = get(client(), bucket)
    if (allowed) await asked
    else await expect(asked).rejects.toThrow(/s3:GetObject .* with an explicit deny in a resource-based policy/)
  }
})

test("a client that addresses buckets by host trusts the bucket's own name", async () => {
  const lookup: AgentOptions['lookup'] = (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
  const asked: string[] = []
  const client = s3(it.endpoint.replace('127.0.0.1', 'localhost'), {
    lookup: (name, options, done) => {
      asked.push(name)
      lookup(name, options, done)
    },
  })
  await get(client, 'open')
  expect(asked).toEqual(['open.localhost'])
})
