import { Readable } from 'node:stream'
import { AwsError } from '../engine/aws-error.ts'
import { unchunk } from './chunked.ts'
import { promisedDigests } from './digest.ts'
import type { Incoming } from './request.ts'
import type { Seed } from './sigv4.ts'

/** What is not a stream is held in memory. */
const LARGEST = 50 * 1024 * 1024

/** A streamed body. A digest that fails is an error at its end: commit nothing before that. */
export interface BodyStream extends Readable {
  /** Once it has ended: the digests that the client promised, by header name (`x-amz-checksum-crc32`). */
  digests: Record<string, string>
}

export const isChunked = ({ headers }: Incoming): boolean =>
  (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-') ||
  (headers['content-encoding'] ?? '').split(',').some(name => name.trim() === 'aws-chunked')

/** `destroyOnReturn` would take the connection down with a refused upload, and the client would not see why. */
const pieces = ({ message }: Incoming): AsyncIterable<Buffer> =>
  message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>

export const collect = (incoming: Incoming): Promise<Buffer> => {
  if (Number(incoming.headers['content-length'] ?? 0) > LARGEST) throw tooLarge()
  return readAll(pieces(incoming))
}

const tooLarge = () =>
  new AwsError('RequestEntityTooLarge', `Request must be smaller than ${LARGEST} bytes`, { status: 413 })

export const readAll = async (source: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of source) {
    length += part.length
    if (length > LARGEST) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes
}

/** The body with its transfer encoding taken off and its digests checked at the end. */
export const openBody = (
  incoming: Incoming,
  { collected, seed, checksums }: { collected: Buffer | undefined; seed: Seed | undefined; checksums: boolean },
): BodyStream => {
  const source = collected === undefined ? pieces(incoming) : once(collected)
  const body: BodyStream = Object.assign(
    Readable.from(
      checked(incoming, source, seed, checksums, found => Object.assign(body.digests, found)),
      {
        objectMode: false,
        highWaterMark: 256 * 1024,
      },
    ),
    { digests: {} },
  )
  // A handler that refuses without reading leaves nobody to hear of a bad digest.
  body.on('error', () => {})
  return body
}

async function* checked(
  incoming: Incoming,
  source: AsyncIterable<Buffer>,
  seed: Seed | undefined,
  checksums: boolean,
  done: (digests: Record<string, string>) => void,
): AsyncGenerator<Buffer> {
  const { headers } = incoming
  const chunked = isChunked(incoming)
  const trailers: Record<string, string> = {}
  const digests = promisedDigests(headers, trailers, checksums)
  const announced = chunked ? headers['x-amz-decoded-content-length'] : headers['content-length']
  let length = 0
  for await (const piece of chunked ? unchunk(source, trailers, seed) : source) {
    length += piece.length
    digests.update(piece)
    yield piece
  }
  if (announced !== undefined && Number(announced) !== length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    )
  }
  done(await digests.check())
}

/** After an answer that came before the upload was read, so that the connection can be used again. */
export const drain = ({ message }: Incoming, body: Readable | undefined): void => {
  body?.destroy()
  if (message.readableEnded) return
  message.removeAllListeners('readable')
  message.resume()
}
