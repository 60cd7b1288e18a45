import { type Reader, table } from '../../engine/index.ts'
import type { Blob } from './blob-store.ts'
import type { Algorithm } from './checksum.ts'
import type { Encryption } from './encryption.ts'
import { noSuchUpload } from './errors.ts'
import type { Headers } from './object.ts'

export interface Upload {
  bucket: string
  key: string
  id: string
  initiated: number
  initiator: string
  headers: Headers
  metadata: Record<string, string>
  tags: Record<string, string>
  storageClass: string
  encryption: Encryption
  algorithm: Algorithm
  /** Asked for by the client: parts may then come with no other. */
  explicit: boolean
  checksumType: 'FULL_OBJECT' | 'COMPOSITE'
}

export interface Part {
  number: number
  blob: Blob
  etag: string
  /** Where ETags show it. */
  md5?: string
  checksum: string
  modified: number
}

export const uploads = table<Upload>('s3/upload', { keep: true }) // [bucket, key, upload id]
export const parts = table<Part>('s3/part') // [bucket, upload id, number]

export function findUpload(read: Reader, bucket: string, key: string, id: string | undefined): Upload {
  const upload = id === undefined ? undefined : uploads.get(read, bucket, key, id)
  if (upload === undefined) throw noSuchUpload(id ?? '')
  return upload
}

export const partsOf = (read: Reader, bucket: string, id: string) => [...parts.list(read, bucket, id)]
