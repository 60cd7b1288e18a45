import { createHash } from 'node:crypto'
import { AwsError } from '../engine/aws-error.ts'
import { type Seed, sameText, sha256, sign } from './sigv4.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html

const EMPTY = sha256('')
const MALFORMED = 'The request body is not in the aws-chunked encoding.'
const malformed = () => new AwsError('IncompleteBody', MALFORMED)
const LONGEST_LINE = 16 * 1024

/** Reads bytes by number or by line from pieces of any size. */
class Reader {
  #pieces: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#pieces = source[Symbol.asyncIterator]()
  }

  async #more(): Promise<Buffer> {
    const { value, done } = await this.#pieces.next()
    if (done === true) throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly')
    return value
  }

  async line(): Promise<string> {
    let end = this.#rest.indexOf('\r\n')
    while (end < 0) {
      if (this.#rest.length > LONGEST_LINE) throw malformed()
      const more = await this.#more()
      this.#rest = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more])
      end = this.#rest.indexOf('\r\n')
    }
    const text = this.#rest.toString('latin1', 0, end)
    this.#rest = this.#rest.subarray(end + 2)
    return text
  }

  async *take(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#more()
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }
}

/**
 * Yields the content; puts what trails it into `trailers`. With a seed, every chunk must be signed: one that is not fails
 * after it was passed on, as a body with a wrong digest does, so that none of them is held.
 */
export async function* unchunk(
  source: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
  seed: Seed | undefined,
): AsyncGenerator<Buffer> {
  const reader = new Reader(source)
  let signature = seed?.signature ?? ''
  for (;;) {
    const [head, extension = ''] = (await reader.line()).split(';')
    if (!/^[0-9a-f]{1,12}$/i.test(head!)) throw malformed()
    const length = Number.parseInt(head!, 16)
    if (seed !== undefined) {
      const content = createHash('sha256')
      for await (const piece of reader.take(length)) {
        content.update(piece)
        yield piece
      }
      const lines = [seed.date, seed.scope, signature, EMPTY, content.digest('hex')]
      signature = sign(seed.key, ['AWS4-HMAC-SHA256-PAYLOAD', ...lines])
      checkChunk(signature, extension.trim().replace('chunk-signature=', ''))
    } else yield* reader.take(length)
    if (length === 0) break
    if ((await reader.line()) !== '') throw malformed()
  }
  await readTrailers(reader, trailers, seed, signature)
}

const readTrailers = async (
  reader: Reader,
  trailers: Record<string, string>,
  seed: Seed | undefined,
  signature: string,
): Promise<void> => {
  let signed = ''
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':')
    if (colon < 0) throw malformed()
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    if (name !== 'x-amz-trailer-signature') signed += `${name}:${value}\n`
    if (signed.length > LONGEST_LINE) throw malformed()
    trailers[name] = value
  }
  if (seed === undefined || signed === '') return
  const expected = sign(seed.key, ['AWS4-HMAC-SHA256-TRAILER', seed.date, seed.scope, signature, sha256(signed)])
  checkChunk(expected, trailers['x-amz-trailer-signature'] ?? '')
}

const checkChunk = (expected: string, given: string): void => {
  if (sameText(expected, given)) return
  throw new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { status: 403 },
  )
}
