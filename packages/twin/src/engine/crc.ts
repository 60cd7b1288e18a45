import { crc32 as native } from 'node:zlib'
import { Crc32c, Crc64NvmeJs } from '@aws-sdk/checksums/crc'

export interface Hash {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array | Promise<Uint8Array>
}

/** Node's own: 5,500 MB/s, the SDK's JavaScript 530. It has none of the other two. */
export function crc32(): Hash {
  let sum = 0
  return {
    update(bytes) {
      sum = native(bytes, sum)
    },
    digest: () => Buffer.from(sum.toString(16).padStart(8, '0'), 'hex'),
  }
}

export const crc32c = (): Hash => new Crc32c()
export const crc64nvme = (): Hash => new Crc64NvmeJs()
