import { createHash, createHmac, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import * as s3 from '@aws-sdk/client-s3'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AwsError, type BodyStream } from './index.ts'
import { sign } from './sigv4.ts'
import { KEY, refusal, startTestWire, type TestWire } from './test-wire.ts'

let wire: TestWire
let client: s3.S3Client
const objects = new Map<string, Buffer>()

const readAll = async (body: Readable): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of body) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

type Put = { Bucket: string; Key: string; Body?: BodyStream; PartNumber?: number }

beforeAll(async () => {
  wire = await startTestWire()
  client = new s3.S3Client(wire.config)
  const put = async ({ Bucket, Key, Body, PartNumber }: Put) => {
    const bytes = Body === undefined ? Buffer.alloc(0) : await readAll(Body)
    objects.set(`${Bucket}/${Key}${PartNumber === undefined ? '' : `#${PartNumber}`}`, bytes)
    return { ETag: '"e"', ChecksumCRC32: Body?.digests['x-amz-checksum-crc32'] }
  }
  wire.handlers['s3:PutObject'] = put
  wire.handlers['s3:UploadPart'] = put
  wire.handlers['s3:CreateMultipartUpload'] = () => ({ UploadId: 'u' })
  wire.handlers['s3:CompleteMultipartUpload'] = () => ({ ETag: '"m-2"' })
  wire.handlers['s3:GetObject'] = ({ Bucket, Key, Range }: { Bucket: string; Key: string; Range?: string }) => {
    const bytes = objects.get(`${Bucket}/${Key}`)
    if (bytes === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.')
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(Range ?? '') ?? []
    if (from === undefined)
      return {
        Body: Readable.from([bytes]),
        ContentLength: bytes.length,
        ContentType: 'text/csv',
        Metadata: { a: 'b' },
      }
    const part = bytes.subarray(Number(from), Number(to) + 1)
    return {
      Body: part,
      ContentLength: part.length,
      ContentRange: `bytes ${from}-${to}/${bytes.length}`,
      $metadata: { httpStatusCode: 206 },
    }
  }
})
beforeEach(() => {
  wire.calls.length = 0
  objects.clear()
})
afterAll(() => wire.close())

const last = () => wire.calls.at(-1)

test('bytes and streams go up, are checked, and come down', async () => {
  const big = randomBytes(3_000_000)
  const put = await client.send(
    new s3.PutObjectCommand({
      Bucket: 'b',
      Key: 'data/ä +%/x.csv',
      Body: big,
      Metadata: { run: '1' },
      ServerSideEncryption: 'aws:kms',
    }),
  )
  expect(put.ChecksumCRC32).toMatch(/^.{6}==$/)
  expect(last()).toMatchObject({
    operation: 'PutObject',
    input: { Metadata: { run: '1' }, ServerSideEncryption: 'aws:kms', ContentLength: big.length },
  })
  await client.send(
    new s3.PutObjectCommand({
      Bucket: 'b',
      Key: 's',
      Body: Readable.from([big.subarray(0, 10), big.subarray(10)]),
      ContentLength: big.length,
    }),
  )
  expect(last()?.input).toMatchObject({ ContentLength: big.length })
  expect(last()?.input).not.toHaveProperty('ContentEncoding')
  expect(objects.get('b/s')).toEqual(big)
  const got = await client.send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'data/ä +%/x.csv' }))
  expect(got).toMatchObject({ ContentLength: big.length, ContentType: 'text/csv', Metadata: { a: 'b' } })
  expect(Buffer.from(await got.Body!.transformToByteArray())).toEqual(big)
})

test('every checksum algorithm of the client', async () => {
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    await client.send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'content', ChecksumAlgorithm }))
    await client.send(
      new s3.PutObjectCommand({
        Bucket: 'b',
        Key: 't',
        Body: Readable.from(['con', 'tent']),
        ContentLength: 7,
        ChecksumAlgorithm,
      }),
    )
    expect(objects.get('b/t')?.toString()).toBe('content')
  }
})

test('a digest that does not match is an error at the end of the stream', async () => {
  const wrong = { ChecksumSHA256: createHash('sha256').update('other').digest('base64') }
  const error = await refusal(
    client.send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'content', ...wrong })),
  )
  expect(error).toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } })
  const md5 = createHash('md5').update('other').digest('base64')
  expect(
    await refusal(client.send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'content', ContentMD5: md5 }))),
  ).toMatchObject({ name: 'BadDigest' })
  expect(objects.size).toBe(0)
})

test('multipart parts are not whole objects, and their completion has a checksum of another kind', async () => {
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket: 'b', Key: 'k' }))
  await client.send(new s3.UploadPartCommand({ Bucket: 'b', Key: 'k', UploadId, PartNumber: 2, Body: 'part' }))
  expect(objects.get('b/k#2')?.toString()).toBe('part')
  const Parts = [
    { PartNumber: 1, ETag: '"1"' },
    { PartNumber: 2, ETag: '"2"' },
  ]
  const done = await client.send(
    new s3.CompleteMultipartUploadCommand({
      Bucket: 'b',
      Key: 'k',
      UploadId,
      MultipartUpload: { Parts },
      ChecksumCRC64NVME: 'AAAAAAAAAAA=',
    }),
  )
  expect(done.ETag).toBe('"m-2"')
  expect(last()?.input).toMatchObject({ UploadId: 'u', MultipartUpload: { Parts } })
})

test('ranges answer 206', async () => {
  objects.set('b/k', Buffer.from('0123456789'))
  const got = await client.send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'k', Range: 'bytes=2-4' }))
  expect([got.$metadata.httpStatusCode, got.ContentRange, await got.Body?.transformToString()]).toEqual([
    206,
    'bytes 2-4/10',
    '234',
  ])
})

test('the operations that share a path', async () => {
  const routed = async (command: { input: object }) => {
    await refusal(client.send(command as s3.ListBucketsCommand))
    return last()?.operation
  }
  const at = { Bucket: 'b', Key: 'k' }
  expect(await routed(new s3.ListBucketsCommand({}))).toBe('ListBuckets')
  expect(await routed(new s3.ListObjectsV2Command({ Bucket: 'b', Prefix: 'a/' }))).toBe('ListObjectsV2')
  expect(last()?.input).toMatchObject({ Bucket: 'b', Prefix: 'a/' })
  expect(await routed(new s3.ListObjectsCommand({ Bucket: 'b' }))).toBe('ListObjects')
  expect(await routed(new s3.ListObjectVersionsCommand({ Bucket: 'b' }))).toBe('ListObjectVersions')
  expect(await routed(new s3.HeadBucketCommand({ Bucket: 'b' }))).toBe('HeadBucket')
  expect(
    await routed(
      new s3.CreateBucketCommand({ Bucket: 'b', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    ),
  ).toBe('CreateBucket')
  expect(last()?.input).toMatchObject({ CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })
  expect(await routed(new s3.CopyObjectCommand({ ...at, CopySource: 'b/x' }))).toBe('CopyObject')
  expect(await routed(new s3.UploadPartCopyCommand({ ...at, CopySource: 'b/x', UploadId: 'u', PartNumber: 1 }))).toBe(
    'UploadPartCopy',
  )
  expect(await routed(new s3.AbortMultipartUploadCommand({ ...at, UploadId: 'u' }))).toBe('AbortMultipartUpload')
  expect(await routed(new s3.GetObjectTaggingCommand(at))).toBe('GetObjectTagging')
  expect(await routed(new s3.PutBucketPolicyCommand({ Bucket: 'b', Policy: '{"a":1}' }))).toBe('PutBucketPolicy')
  expect(last()?.input).toMatchObject({ Policy: '{"a":1}' })
  expect(
    await routed(
      new s3.DeleteObjectsCommand({ Bucket: 'b', Delete: { Objects: [{ Key: 'a' }, { Key: 'b', VersionId: 'v' }] } }),
    ),
  ).toBe('DeleteObjects')
  expect(last()?.input).toMatchObject({ Delete: { Objects: [{ Key: 'a' }, { Key: 'b', VersionId: 'v' }] } })
})

test('a location is the bare value', async () => {
  wire.handlers['s3:GetBucketLocation'] = () => ({ LocationConstraint: 'eu-west-1' })
  expect((await client.send(new s3.GetBucketLocationCommand({ Bucket: 'b' }))).LocationConstraint).toBe('eu-west-1')
  wire.handlers['s3:GetBucketLocation'] = () => ({})
  expect((await client.send(new s3.GetBucketLocationCommand({ Bucket: 'b' }))).LocationConstraint).toBeFalsy()
})

/** Node's own client, since fetch chooses the Host header itself. */
const call = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(new URL(path, wire.endpoint), { method, headers }, async response => {
      resolve({ status: response.statusCode ?? 0, text: (await readAll(response)).toString() })
    })
    sent.on('error', reject)
    if (headers.expect !== undefined) sent.on('continue', () => sent.end(body))
    else sent.end(body)
  })

const signer = new SignatureV4({
  service: 's3',
  region: 'eu-west-1',
  credentials: KEY,
  uriEscapePath: false,
  sha256: Sha256,
})

const unsigned = (method: string, host: string, path: string, headers: Record<string, string> = {}) => ({
  method,
  protocol: 'http:',
  hostname: host,
  path,
  query: {} as Record<string, string>,
  headers: { host, ...headers },
})
const address = (presigned: { path: string; query?: object }) =>
  `${presigned.path}?${new URLSearchParams(presigned.query as Record<string, string>).toString().replaceAll('+', '%20')}`

test('presigned URLs, the bucket in the host, and their end', async () => {
  objects.set('my.bucket/a b', Buffer.from('here'))
  for (const host of ['my.bucket.localhost', 'my.bucket.s3.eu-west-1.amazonaws.com']) {
    const presigned = await signer.presign(
      unsigned('GET', host, '/a%20b', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
      { expiresIn: 60 },
    )
    expect(await call('GET', address(presigned), { host })).toEqual({ status: 200, text: 'here' })
    expect(last()).toMatchObject({ presigned: true, input: { Bucket: 'my.bucket', Key: 'a b' } })
    wire.clock.offset = 61_000
    const late = await call('GET', address(presigned), { host })
    wire.clock.offset = 0
    expect(late).toMatchObject({ status: 403, text: expect.stringContaining('Request has expired') })
  }
  const put = await signer.presign(
    unsigned('PUT', 'h.localhost', '/k', {
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-server-side-encryption': 'aws:kms',
    }),
    { expiresIn: 60 },
  )
  expect((await call('PUT', address(put), { host: 'h.localhost' }, Buffer.from('up'))).status).toBe(200)
  expect(objects.get('h/k')?.toString()).toBe('up')
  expect(last()?.input).toMatchObject({ ServerSideEncryption: 'aws:kms' })
})

test('signed chunks: each one counts', async () => {
  const host = 'b.localhost'
  const body = 'a'.repeat(10)
  const signed = await signer.sign(
    unsigned('PUT', host, '/k', {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '10',
    }),
  )
  const stamp = signed.headers['x-amz-date']!
  const [date, region, service] = [stamp.slice(0, 8), 'eu-west-1', 's3']
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, text) => createHmac('sha256', secret).update(text).digest(),
    Buffer.from(`AWS4${KEY.secretAccessKey}`),
  )
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  let previous = /Signature=(\w+)/.exec(signed.headers.authorization!)![1]!
  const chunk = (content: string) => {
    previous = sign(key, [
      'AWS4-HMAC-SHA256-PAYLOAD',
      stamp,
      `${date}/${region}/${service}/aws4_request`,
      previous,
      hash(''),
      hash(content),
    ])
    return `${content.length.toString(16)};chunk-signature=${previous}\r\n${content}\r\n`
  }
  const content = Buffer.from(chunk(body.slice(0, 6)) + chunk(body.slice(6)) + chunk(''))
  expect((await call('PUT', '/k', signed.headers, content)).status).toBe(200)
  expect(objects.get('b/k')?.toString()).toBe(body)
  const tampered = await call('PUT', '/k', signed.headers, Buffer.from(content.toString().replace('aaaa', 'aaab')))
  expect(tampered).toMatchObject({ status: 403, text: expect.stringContaining('SignatureDoesNotMatch') })
})

test('a refusal before the upload is read leaves the connection usable, and asks first when told to', async () => {
  const host = 'b.localhost'
  const denied = wire.handlers['s3:PutObject']
  wire.handlers['s3:PutObject'] = () => {
    throw new AwsError('AccessDenied', 'Access Denied', { status: 403 })
  }
  const big = randomBytes(4_000_000)
  for (let i = 0; i < 3; i++) {
    expect(await refusal(client.send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'k', Body: big })))).toMatchObject({
      name: 'AccessDenied',
    })
  }
  wire.handlers['s3:PutObject'] = denied!
  const signed = await signer.sign(
    unsigned('PUT', host, '/k', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', expect: '100-continue' }),
  )
  expect((await call('PUT', '/k', signed.headers, big)).status).toBe(200)
  expect(objects.get('b/k')).toEqual(big)
})
