import { Readable } from 'node:stream'
import { AwsError } from '../engine/aws-error.ts'
import { unchunk } from './chunked.ts'
import { promisedDigests } from './digest.ts'
import type { Incoming } from './request.ts'
import type { Seed } from './sigv4.ts'

/** What is not a stream is held in memory. */
const LARGEST = 50 * 1024 * 1024

/** A streamed body. A digest that fails is an error at its end: commit nothing before that. */
export class BodyStream extends Readable {
  /** Header names (`x-amz-checksum-crc32`) of the digests that the client promises. */
  readonly promised: readonly string[]
  /** Once it has ended: those digests, as computed. */
  readonly digests: Record<string, string>
  readonly #pieces: AsyncGenerator<Buffer>

  constructor({
    promised,
    digests,
    pieces,
  }: Pick<BodyStream, 'promised' | 'digests'> & { pieces: AsyncGenerator<Buffer> }) {
    super({ highWaterMark: 256 * 1024 })
    this.promised = promised
    this.digests = digests
    this.#pieces = pieces
    // A handler that refuses without reading leaves nobody to hear of a bad digest.
    this.on('error', () => {})
  }

  override _read(): void {
    this.#pieces.next().then(
      ({ value, done }) => this.push(done === true ? null : value),
      error => this.destroy(error),
    )
  }

  /** Straight, without the stream's own buffer between. */
  override [Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    return this.#pieces
  }
}

export const isChunked = ({ headers }: Incoming): boolean =>
  (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-') ||
  (headers['content-encoding'] ?? '').split(',').some(name => name.trim() === 'aws-chunked')

/** `destroyOnReturn` would take the connection down with a refused upload, and the client would not see why. */
const pieces = ({ message }: Incoming): AsyncIterable<Buffer> =>
  message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>

/** By plain events: the stream's iterator took 10 µs a call more. */
export const collect = ({ message, headers }: Incoming): Promise<Buffer> => {
  if (Number(headers['content-length'] ?? 0) > LARGEST) throw tooLarge()
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    const take = (part: Buffer) => {
      length += part.length
      parts.push(part)
      if (length <= LARGEST) return
      message.off('data', take).pause()
      reject(tooLarge())
    }
    message.on('data', take)
    message.once('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)))
    message.once('error', reject)
  })
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

const incomplete = () =>
  new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header')

/** A body that is held whole and was sent as it is, its digests checked: it needs no stream, which took 25 µs a call. */
export const checkBody = async ({ headers }: Incoming, body: Buffer, checksums: boolean): Promise<Buffer> => {
  const digests = promisedDigests(headers, {}, checksums)
  digests.update(body)
  if (headers['content-length'] !== undefined && Number(headers['content-length']) !== body.length) throw incomplete()
  await digests.check()
  return body
}

/** The body with its transfer encoding taken off and its digests checked at the end. */
export const openBody = (
  incoming: Incoming,
  { collected, seed, checksums }: { collected: Buffer | undefined; seed: Seed | undefined; checksums: boolean },
): BodyStream => {
  const source = collected === undefined ? pieces(incoming) : once(collected)
  const trailers: Record<string, string> = {}
  const wanted = promisedDigests(incoming.headers, trailers, checksums)
  const content = isChunked(incoming) ? unchunk(source, trailers, seed) : source
  const digests: Record<string, string> = {}
  return new BodyStream({
    promised: wanted.promised,
    digests,
    pieces: checked(content, announcedLength(incoming), wanted, digests),
  })
}

const announcedLength = (incoming: Incoming): number | undefined => {
  const length = incoming.headers[isChunked(incoming) ? 'x-amz-decoded-content-length' : 'content-length']
  return length === undefined ? undefined : Number(length)
}

async function* checked(
  content: AsyncIterable<Buffer>,
  announced: number | undefined,
  wanted: ReturnType<typeof promisedDigests>,
  digests: Record<string, string>,
): AsyncGenerator<Buffer> {
  let length = 0
  for await (const piece of content) {
    length += piece.length
    wanted.update(piece)
    yield piece
  }
  if (announced !== undefined && announced !== length) throw incomplete()
  Object.assign(digests, await wanted.check())
}

/** After an answer that came before the upload was read, so that the connection can be used again. */
export const drain = ({ message }: Incoming, body: Readable | Buffer | undefined): void => {
  if (body instanceof Readable) body.destroy()
  if (message.readableEnded) return
  message.removeAllListeners('readable')
  message.resume()
}
