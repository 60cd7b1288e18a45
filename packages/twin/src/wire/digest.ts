import { createHash } from 'node:crypto'
import { Xxh3_64, Xxh3_128, Xxh64 } from '@aws-sdk/checksums/xxh'
import { AwsError } from '../engine/aws-error.ts'
import { crc32, crc32c, crc64nvme, type Hash } from '../engine/crc.ts'
import { own } from '../engine/own.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const ALGORITHMS: Record<string, () => Hash> = {
  crc32,
  crc32c,
  crc64nvme,
  md5: () => createHash('md5'),
  sha1: () => createHash('sha1'),
  sha256: () => createHash('sha256'),
  sha512: () => createHash('sha512'),
  xxhash64: () => new Xxh64(),
  xxhash3: () => new Xxh3_64(),
  xxhash128: () => new Xxh3_128(),
}

/** One digest that a request promised for its body. */
interface Promised {
  name: string
  hash: Hash
  /** Trailers bring theirs at the end. */
  expected: () => string | undefined
  encoding: 'base64' | 'hex'
  refuse(): AwsError
}

const badDigest = (name: string) =>
  new AwsError(
    'BadDigest',
    name === 'content-md5'
      ? 'The Content-MD5 you specified did not match what we received.'
      : `The ${name.replace('x-amz-checksum-', '').toUpperCase()} you specified did not match the calculated checksum.`,
  )

/** The digests that a body is checked against while it passes. */
interface Digests {
  /** Their header names. */
  promised: readonly string[]
  update(bytes: Uint8Array): void
  /** Throws the first mismatch; else the digests by header name, as computed. */
  check(): Promise<Record<string, string>>
}

export const promisedDigests = (
  headers: Record<string, string>,
  trailers: Record<string, string>,
  checksums: boolean,
): Digests => {
  const promised: Promised[] = []
  const add = (name: string, algorithm: string, encoding: 'base64' | 'hex', refuse: () => AwsError) => {
    const make = own(ALGORITHMS, algorithm)
    if (make !== undefined) {
      promised.push({ name, hash: make(), expected: () => trailers[name] ?? headers[name], encoding, refuse })
    }
  }
  // Where the model has no checksum trait the same header means something else: that of the whole multipart object.
  if (checksums) {
    const trailing = (headers['x-amz-trailer'] ?? '').toLowerCase().split(',')
    const names = new Set([...Object.keys(headers), ...trailing.map(name => name.trim())])
    for (const name of names) {
      if (name.startsWith('x-amz-checksum-')) add(name, name.slice(15), 'base64', () => badDigest(name))
    }
    if ('content-md5' in headers) add('content-md5', 'md5', 'base64', () => badDigest('content-md5'))
  }
  if (/^[0-9a-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '')) {
    add('x-amz-content-sha256', 'sha256', 'hex', () => {
      return new AwsError(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      )
    })
  }
  return {
    promised: promised.map(({ name }) => name),
    update: bytes => {
      for (const { hash } of promised) hash.update(bytes)
    },
    check: async () => {
      const computed: Record<string, string> = {}
      for (const { name, hash, expected, encoding, refuse } of promised) {
        const value = Buffer.from(await hash.digest()).toString(encoding)
        if (value !== expected()) throw refuse()
        computed[name] = value
      }
      return computed
    },
  }
}
