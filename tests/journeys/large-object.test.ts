import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { KMS } from '@aws-sdk/client-kms'
import { S3 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MiB, pattern } from './large-object/pattern.ts'
import { type LoadedTwin, loadedTwin } from './load/loaded-twin.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
const minutes = 60_000
const Bucket = 'large-objects'
const state = mkdtempSync(join(tmpdir(), 'large-object-'))
const noise = randomBytes(MiB)
const large = pattern(noise, 1024 * MiB)
/** What goes through more than once. */
const some = pattern(noise, (deep ? 1024 : 96) * MiB + 12_345)
const partSize = 8 * MiB

let twin: LoadedTwin
let s3: S3
let idle: number

beforeAll(async () => {
  twin = await loadedTwin(state)
  const config = {
    endpoint: twin.endpoint,
    region: 'us-east-1',
    credentials: { ...twin.keys[0] },
    logger: silent,
  } as never
  s3 = new S3(config)
  const { KeyMetadata } = await new KMS(config).createKey({})
  await s3.createBucket({ Bucket })
  const usual = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.Arn } as const
  await s3.putBucketEncryption({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: usual, BucketKeyEnabled: true }],
    },
  })
  await s3.putObject({ Bucket, Key: 'warm', Body: noise })
  await (await s3.getObject({ Bucket, Key: 'warm' })).Body?.transformToByteArray()
  idle = status('VmRSS')
})
afterAll(async () => {
  await twin.stop()
  rmSync(state, { recursive: true })
})

/** The SDK would warn that it cannot repeat a stream. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Other systems do not tell of another process: there only the bytes are compared. */
const tells = process.platform === 'linux'

/** Megabytes. */
function status(name: 'VmRSS' | 'VmHWM'): number {
  const text = tells ? readFileSync(`/proc/${twin.pid}/status`, 'utf8') : ''
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
}

/** How far the work makes the twin grow beyond its idle self. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  // https://docs.kernel.org/filesystems/proc.html: 5 forgets the peak
  if (tells) writeFileSync(`/proc/${twin.pid}/clear_refs`, '5')
  await work()
  return status('VmHWM') - idle
}
const bound = 150

const onDisk = () =>
  readdirSync(join(state, 's3'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => statSync(join(entry.parentPath, entry.name)).size)

const get = async (Key: string, more: { Range?: string; PartNumber?: number } = {}) =>
  (await s3.getObject({ Bucket, Key, ...more })).Body as AsyncIterable<Uint8Array>

test('1 GiB goes in as one stream and comes out as one, equal, in bounded memory', {
  timeout: 5 * minutes,
}, async () => {
  const Key = 'one'
  const written = await growth(() => s3.putObject({ Bucket, Key, Body: large.stream(), ContentLength: large.size }))
  expect(written).toBeLessThan(bound)
  const read = await growth(async () => expect(await large.compare(await get(Key))).toBe('equal'))
  expect(read).toBeLessThan(bound)
  await s3.deleteObject({ Bucket, Key })
  await expect.poll(() => onDisk().length).toBe(1)
})

/** As the AWS CLI does it: some parts at a time. */
async function eachPart(part: (PartNumber: number, start: number, end: number) => Promise<void>) {
  const count = Math.ceil(some.size / partSize)
  let next = 0
  const lane = async () => {
    for (let at = next++; at < count; at = next++)
      await part(at + 1, at * partSize, Math.min(some.size, (at + 1) * partSize))
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}

test('in parts too; ranges, parts and copies of it are equal', { timeout: 10 * minutes }, async () => {
  const begin = async (Key: string) => {
    const { UploadId = '' } = await s3.createMultipartUpload({ Bucket, Key })
    const etags = new Map<number, string | undefined>()
    const Parts = () =>
      Array.from(etags, ([PartNumber, ETag]) => ({ PartNumber, ETag })).sort((a, b) => a.PartNumber - b.PartNumber)
    return {
      upload: { Bucket, Key, UploadId },
      has: (PartNumber: number, etag: string | undefined) => etags.set(PartNumber, etag),
      complete: () => s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts: Parts() } }),
    }
  }
  const uploaded = await growth(async () => {
    const { upload, has, complete } = await begin('parts')
    await eachPart(async (PartNumber, start, end) => {
      const [Body, ContentLength] = [some.stream(start, end), end - start]
      has(PartNumber, (await s3.uploadPart({ ...upload, PartNumber, Body, ContentLength })).ETag)
    })
    await complete()
  })
  expect(uploaded).toBeLessThan(bound)

  const ranges = [
    [partSize - 1, partSize],
    [2 * partSize - 300_000, 3 * partSize + 300_000],
    [some.size - 12_346, some.size - 1],
  ] as const
  for (const [first, last] of ranges) {
    const body = await get('parts', { Range: `bytes=${first}-${last}` })
    expect(await some.compare(body, first, last + 1)).toBe('equal')
  }
  expect(await some.compare(await get('parts', { PartNumber: 3 }), 2 * partSize, 3 * partSize)).toBe('equal')

  const copied = await growth(async () => {
    await s3.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/parts` })
    const { upload, has, complete } = await begin('copied-parts')
    await eachPart(async (PartNumber, start, end) => {
      const range = { CopySource: `${Bucket}/parts`, CopySourceRange: `bytes=${start}-${end - 1}` }
      has(PartNumber, (await s3.uploadPartCopy({ ...upload, PartNumber, ...range })).CopyPartResult?.ETag)
    })
    await complete()
    for (const key of ['copy', 'copied-parts']) expect(await some.compare(await get(key))).toBe('equal')
  })
  expect(copied).toBeLessThan(bound)
  for (const Key of ['parts', 'copy', 'copied-parts']) await s3.deleteObject({ Bucket, Key })
  await expect.poll(() => onDisk().length).toBe(1)
})

/** Sends a part of what it announces, and is gone once some of that lies on the disk. */
async function breakOff(
  send: (body: { Body: Readable; ContentLength: number }, abortSignal: AbortSignal) => Promise<unknown>,
) {
  const before = onDisk().length
  const abort = new AbortController()
  async function* half() {
    yield* some.stream(0, 3 * MiB)
    await once(abort.signal, 'abort')
  }
  const sent = send({ Body: Readable.from(half(), { objectMode: false }), ContentLength: some.size }, abort.signal)
  const failed = expect(sent).rejects.toThrow()
  await expect.poll(() => onDisk().length).toBe(before + 1)
  abort.abort()
  await failed
  await expect.poll(() => onDisk().length).toBe(before)
}

test('who breaks off, aborts or promises another digest leaves nothing', { timeout: minutes }, async () => {
  const before = onDisk()
  await breakOff((body, abortSignal) => s3.putObject({ Bucket, Key: 'broken', ...body }, { abortSignal }))
  const wrong = { Body: some.bytes(0, 2 * MiB), ContentMD5: createHash('md5').digest('base64') }
  await expect(s3.putObject({ Bucket, Key: 'broken', ...wrong })).rejects.toMatchObject({ name: 'BadDigest' })
  await expect(get('broken')).rejects.toMatchObject({ name: 'NoSuchKey' })
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'broken' })
  const upload = { Bucket, Key: 'broken', UploadId }
  for (const PartNumber of [1, 2]) await s3.uploadPart({ ...upload, PartNumber, Body: some.bytes(0, 5 * MiB) })
  await breakOff((body, abortSignal) => s3.uploadPart({ ...upload, PartNumber: 3, ...body }, { abortSignal }))
  await s3.abortMultipartUpload(upload)
  await expect.poll(onDisk).toEqual(before)
})
