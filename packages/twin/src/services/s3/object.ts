import { type Reader, type Tx, table } from '../../engine/index.ts'
import type { Blob } from './blob-store.ts'
import type { Bucket } from './bucket.ts'
import type { Checksum } from './checksum.ts'
import type { Encryption } from './encryption.ts'
import { keyTooLong } from './errors.ts'

/** System metadata that is given back as it came. */
export interface Headers {
  CacheControl?: string
  ContentDisposition?: string
  ContentEncoding?: string
  ContentLanguage?: string
  ContentType?: string
  Expires?: string
}

export interface Content {
  size: number
  /** Without quotation marks. */
  etag: string
  blobs: Blob[]
  /** Sizes of the parts of a multipart upload, by their numbers. */
  parts?: { number: number; size: number; checksum: string }[]
  headers: Headers
  metadata: Record<string, string>
  tags: Record<string, string>
  storageClass: string
  encryption: Encryption
  checksum: Checksum
}

/** One version of an object, or a delete marker, which has no content. */
export interface Version {
  bucket: string
  key: string
  /** Newer is greater; also the time, in milliseconds, unless two came at once. */
  order: number
  /** `null` where versioning was not enabled. */
  id: string
  modified: number
  owner: string
  content?: Content
}

/** [bucket, key, -order]: the newest version of a key comes first. */
export const versions = table<Version>('s3/version')

const versionsOf = (read: Reader, bucket: string, key: string) => versions.list(read, bucket, key)

/** The newest version, or the one that is asked for. */
export function findVersion(read: Reader, bucket: string, key: string, id?: string): Version | undefined {
  for (const version of versionsOf(read, bucket, key)) if (id === undefined || version.id === id) return version
  return undefined
}

export const currentContent = (read: Reader, bucket: string, key: string): Content | undefined =>
  findVersion(read, bucket, key)?.content

export function checkedKey(key: string | undefined): string {
  const size = Buffer.byteLength(key ?? '')
  if (size > 1024) throw keyTooLong(size)
  return key ?? ''
}

/**
 * Makes a version the newest; the result are the blobs that nothing refers to any more. Unless versioning is enabled it takes
 * the place of the version `null`. https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
export function place(
  tx: Tx,
  bucket: Bucket,
  version: Omit<Version, 'order' | 'bucket'>,
): { version: Version; freed: Blob[] } {
  const newest = findVersion(tx, bucket.name, version.key)
  const order = Math.max(version.modified, (newest?.order ?? 0) + 1)
  const findNull = () => (newest?.id === 'null' ? newest : findVersion(tx, bucket.name, version.key, 'null'))
  const replaced = version.id === 'null' ? findNull() : undefined
  if (replaced !== undefined) versions.delete(tx, bucket.name, version.key, -replaced.order)
  const placed = versions.put(tx, [bucket.name, version.key, -order], { ...version, bucket: bucket.name, order })
  return { version: placed, freed: replaced?.content?.blobs ?? [] }
}

export const remove = (tx: Tx, version: Version) => versions.delete(tx, version.bucket, version.key, -version.order)

export const replace = (tx: Tx, version: Version) =>
  versions.put(tx, [version.bucket, version.key, -version.order], version)

/** HTTP dates have no milliseconds. */
export const seconds = (time: number) => new Date(Math.floor(time / 1000) * 1000)

/** Only a bucket that has ever been versioned tells version ids. */
export const versionId = (bucket: Bucket, version: Version) =>
  bucket.versioning === undefined ? {} : { VersionId: version.id }
