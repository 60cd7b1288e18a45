import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'
import { frameSize } from './frame.ts'

const state = mkdtempSync(join(tmpdir(), 'twin-damage-'))
const Bucket = 'damaged'
/** Not a status: it was sent before. */
const broken = /aborted|socket hang up/
let it: Twin
let s3: S3

beforeAll(async () => {
  it = await twin({ state })
  const { accessKeyId, secretAccessKey } = it.operator('111111111111')
  const credentials = { accessKeyId, secretAccessKey }
  s3 = new S3({ endpoint: it.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  await s3.createBucket({ Bucket })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

/** An object's one file. */
async function put(Key: string, Body: Uint8Array): Promise<string> {
  const files = () =>
    readdirSync(join(state, 's3'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
  const before = files()
  await s3.putObject({ Bucket, Key, Body })
  return files().find(file => !before.includes(file)) ?? ''
}

const get = async (Key: string, Range?: string) => {
  const { Body } = await s3.getObject({ Bucket, Key, ...(Range === undefined ? {} : { Range }) })
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

function flip(file: string, at: number) {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

test('a changed byte is never given out: what begins as an answer does not end as one', async () => {
  const bytes = randomBytes(5 * frameSize)
  const file = await put('large', bytes)
  flip(file, 4 * frameSize + 1_000)
  expect((await get('large', `bytes=0-${2 * frameSize}`)).equals(bytes.subarray(0, 2 * frameSize + 1))).toBe(true)
  await expect(get('large')).rejects.toThrow(broken)
  flip(file, 4 * frameSize + 1_000)
  expect((await get('large')).equals(bytes)).toBe(true)
})

test('nor is a file that is cut short, between two frames or within one', async () => {
  const file = await put('cut', randomBytes(2 * frameSize))
  const kept = readFileSync(file)
  for (const size of [kept.length / 2, kept.length - 1]) {
    truncateSync(file, size)
    await expect(get('cut')).rejects.toThrow(broken)
    writeFileSync(file, kept)
  }
})

test('of few bytes the answer is an error at once', async () => {
  flip(await put('few', randomBytes(100_000)), 50_000)
  await expect(get('few')).rejects.toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } })
})
