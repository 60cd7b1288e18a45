import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3 } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const client = (it: Twin) => {
  const { accessKeyId, secretAccessKey } = it.operator('111111111111')
  return new S3({ endpoint: it.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } })
}

test('after a restart objects and open uploads are there, and files that no record names are not', async () => {
  const state = mkdtempSync(join(tmpdir(), 'twin-sweep-'))
  const first = await twin({ state })
  const named = { Bucket: 'kept', Key: 'upload' }
  await client(first).createBucket({ Bucket: 'kept' })
  await client(first).putObject({ Bucket: 'kept', Key: 'k', Body: 'v' })
  const { UploadId } = await client(first).createMultipartUpload(named)
  const { ETag } = await client(first).uploadPart({ ...named, UploadId, PartNumber: 1, Body: 'part' })
  await first.close()
  const stray = join(state, 's3', 'ab', `ab${'0'.repeat(30)}`)
  await mkdir(join(state, 's3', 'ab'), { recursive: true })
  writeFileSync(stray, 'half a file')
  const second = await twin({ state })
  expect(existsSync(stray)).toBe(false)
  const { Body } = await client(second).getObject({ Bucket: 'kept', Key: 'k' })
  expect(await Body?.transformToString()).toBe('v')
  await client(second).completeMultipartUpload({
    ...named,
    UploadId,
    MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
  })
  const done = await client(second).getObject(named)
  expect(await done.Body?.transformToString()).toBe('part')
  await second.close()
  rmSync(state, { recursive: true })
})
