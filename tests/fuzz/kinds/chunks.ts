import { createHmac } from 'node:crypto'
import { message, type Parts, sha256, sign, signingKey } from '../request.ts'
import type { Kind, Making } from './kind.ts'

const seeds: readonly string[] = [
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'UNSIGNED-PAYLOAD',
  'STREAMING-',
  'x'.repeat(64),
  '0'.repeat(64),
]
const sizes: readonly string[] = [
  '5',
  '0',
  'ffffffff',
  '-1',
  'x',
  '',
  '00000005',
  '5 ',
  '5;',
  '5;chunk-signature=',
  '5;chunk-signature=0',
  '5;;=',
  'fffffffffffff',
  '1e3',
  '0x5',
  '5\n',
  `5;${'x'.repeat(20_000)}`,
]
const tails: readonly string[] = [
  '\r\n',
  '',
  'x-amz-checksum-crc32:AAAAAA==\r\n\r\n',
  'x-amz-checksum-crc32\r\n\r\n',
  ':\r\n\r\n',
  'x-amz-trailer-signature:0\r\n\r\n',
  `x:${'y'.repeat(20_000)}\r\n\r\n`,
  'x-amz-checksum-__proto__:x\r\n\r\n',
  '__proto__:x\r\n\r\n',
  'x:y\r\n'.repeat(1000),
]

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, with what each part may lie about. */
const chunks = ({ from, world }: Making) => {
  const hash = from.pick(seeds)
  const target = `/${world.names.bucket?.[0]}/chunked`
  const length = from.pick(['5', '10', '0', '-1', 'x', '99999999999'])
  const headers: Record<string, string> = {
    'x-amz-decoded-content-length': length,
    ...(from.once(2) ? { 'content-encoding': 'aws-chunked' } : {}),
    ...(from.once(3)
      ? { 'x-amz-trailer': from.pick(['x-amz-checksum-crc32', 'x-amz-checksum-constructor', ',,', '']) }
      : {}),
  }
  const parts: Parts = { service: 's3', method: 'PUT', target, headers, body: Buffer.alloc(0) }
  const { headers: all, signature, stamp, scope } = sign(parts, world.administrator, hash)
  const key = signingKey(world.administrator.secretAccessKey, stamp.slice(0, 8), 's3')
  let last = signature
  const chunk = (content: string): string => {
    if (from.once(5)) return `${from.pick(sizes)}\r\n${content}\r\n`
    if (!hash.includes('HMAC')) return `${content.length.toString(16)}\r\n${content}\r\n`
    last = createHmac('sha256', key)
      .update(['AWS4-HMAC-SHA256-PAYLOAD', stamp, scope, last, sha256(''), sha256(content)].join('\n'))
      .digest('hex')
    return `${content.length.toString(16)};chunk-signature=${last}\r\n${content}\r\n`
  }
  const end = hash.includes('HMAC') ? chunk('').slice(0, -2) : '0\r\n'
  let body = Buffer.from(chunk('hello') + (from.once(2) ? chunk('world') : '') + end + from.pick(tails))
  if (from.once(6)) body = body.subarray(0, from.below(body.length + 1)) as typeof body
  if (!from.once(4)) return { bytes: message({ ...parts, body }, all) }
  // HTTP's own chunks around AWS's, good or not.
  const framed = Buffer.concat([
    Buffer.from(`${from.once(3) ? from.pick(sizes) : body.length.toString(16)}\r\n`),
    body,
    Buffer.from(`\r\n0\r\n\r\n`),
  ])
  return { bytes: message({ ...parts, body: framed }, { ...all, 'transfer-encoding': 'chunked' }), alone: true }
}

export const chunkKinds: Record<string, Kind> = { 'chunked uploads': { weight: 5, make: chunks } }
