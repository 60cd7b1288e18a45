import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type Connection, client } from '../cloud/cloud.ts'
import { Failure } from '../report/failure.ts'

/** Uploads a folder's files under a prefix. No encryption header: the bucket's default encrypts with the line's key. */
export async function uploadFolder(
  connection: Connection,
  bucket: string,
  folder: string,
  prefix: string,
): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined)
  const files = entries?.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)) ?? []
  if (files.length === 0)
    throw new Failure(
      `${folder} holds no training data`,
      'put the CSV files there, or name the folder: tripoint upload DIR',
    )
  const s3 = client(S3Client, connection)
  const keys: string[] = []
  for (const file of files.toSorted()) {
    const key = posix.join(prefix, relative(folder, file).split(sep).join('/'))
    const { size } = await stat(file)
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: createReadStream(file),
        ContentLength: size,
        ContentType: 'text/csv',
      }),
    )
    keys.push(key)
  }
  return keys
}
