import { createHash } from 'node:crypto'
import { crc32, crc32c, crc64nvme, type Hash, notImplemented } from '../../engine/index.ts'
import type { Verified } from './body.ts'
import { badDigest, invalidRequest } from './errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export type Algorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'

export interface Checksum {
  algorithm: Algorithm
  /** base64; of a composite one with `-PARTS` */
  value: string
  type: 'FULL_OBJECT' | 'COMPOSITE'
}

const hashes: Record<Algorithm, () => Hash> = {
  CRC32: crc32,
  CRC32C: crc32c,
  CRC64NVME: crc64nvme,
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
}

const algorithms = Object.keys(hashes) as Algorithm[]
const others = ['SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128']

export const member = (algorithm: Algorithm) => `Checksum${algorithm}` as const

/** The checksum members of any input or output. */
export type Members = { [Name in Algorithm as `Checksum${Name}`]?: string | undefined } & {
  ChecksumAlgorithm?: string | undefined
  ContentMD5?: string | undefined
}

export function givenChecksum(input: Members): { algorithm: Algorithm; value: string } | undefined {
  const refused = others.find(name => (input as Record<string, unknown>)[`Checksum${name}`] !== undefined)
  if (refused !== undefined) throw notImplemented(`s3 with checksum algorithm ${refused}`)
  for (const algorithm of algorithms) {
    const value = input[member(algorithm)]
    if (value !== undefined) return { algorithm, value }
  }
  return undefined
}

/** S3 adds CRC64NVME to what comes without a checksum. */
export function algorithmOf(input: Members, usual: Algorithm = 'CRC64NVME'): Algorithm {
  const named = givenChecksum(input)?.algorithm ?? input.ChecksumAlgorithm
  if (named === undefined) return usual
  if (!algorithms.includes(named as Algorithm)) {
    if (others.includes(named)) throw notImplemented(`s3 with checksum algorithm ${named}`)
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  }
  return named as Algorithm
}

const header = (algorithm: Algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`

interface Digests {
  /** Only where it was wanted. */
  md5?: Buffer
  checksums: Partial<Record<Algorithm, string>>
}

/** Passes the bytes on, and knows their digests at the end; what the wire computes is not computed again. */
export function digesting(
  source: AsyncIterable<Uint8Array>,
  { algorithms, md5, verified }: { algorithms: Iterable<Algorithm>; md5: boolean; verified: Verified | undefined },
) {
  const wanted = [...new Set(algorithms)]
  const running = wanted
    .filter(algorithm => verified?.promised.includes(header(algorithm)) !== true)
    .map(algorithm => ({ algorithm, hash: hashes[algorithm]() }))
  const own = running.map(({ hash }) => hash)
  const sum = md5 ? createHash('md5') : undefined
  async function* pass() {
    for await (const chunk of source) {
      sum?.update(chunk)
      for (const hash of own) hash.update(chunk)
      yield chunk
    }
  }
  return {
    source: pass(),
    async digests(): Promise<Digests> {
      const checksums: Digests['checksums'] = {}
      for (const algorithm of wanted) checksums[algorithm] = verified?.digests[header(algorithm)] ?? ''
      for (const { algorithm, hash } of running) checksums[algorithm] = base64(await hash.digest())
      return { checksums, ...(sum === undefined ? {} : { md5: sum.digest() }) }
    },
  }
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** What the wire has verified is equal; in process nobody has compared what the caller promised. */
export function checkDigests(input: Members, { md5, checksums }: Digests) {
  const given = givenChecksum(input)
  if (given !== undefined && given.value !== checksums[given.algorithm]) throw badDigest(given.algorithm)
  if (input.ContentMD5 !== undefined && md5 !== undefined && input.ContentMD5 !== base64(md5)) {
    throw badDigest('Content-MD5')
  }
}

export async function compositeOf(algorithm: Algorithm, parts: readonly string[]): Promise<Checksum> {
  const hash = hashes[algorithm]()
  for (const part of parts) hash.update(Buffer.from(part, 'base64'))
  const value = Buffer.from(await hash.digest()).toString('base64')
  return { algorithm, value: `${value}-${parts.length}`, type: 'COMPOSITE' }
}

export const checksumMembers = (checksum: Checksum | undefined): Members & { ChecksumType?: Checksum['type'] } =>
  checksum === undefined ? {} : { [member(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }
