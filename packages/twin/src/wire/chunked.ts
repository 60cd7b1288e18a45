import { AwsError } from '../engine/aws-error.ts'
import { type Seed, sameText, sha256, sign } from './sigv4.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html

const EMPTY = sha256('')
const MALFORMED = 'The request body is not in the aws-chunked encoding.'
const malformed = () => new AwsError('IncompleteBody', MALFORMED)
/** A chunk that must be held until its signature is known good. */
const LONGEST_SIGNED = 64 * 1024 * 1024
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
      this.#rest = Buffer.concat([this.#rest, await this.#more()])
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

  async all(length: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of this.take(length)) pieces.push(piece)
    return Buffer.concat(pieces)
  }
}

/** Yields the content; puts what trails it into `trailers`. With a seed, every chunk must be signed. */
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
      if (length > LONGEST_SIGNED) throw malformed()
      const content = await reader.all(length)
      const next = sign(seed.key, [
        'AWS4-HMAC-SHA256-PAYLOAD',
        seed.date,
        seed.scope,
        signature,
        EMPTY,
        sha256(content),
      ])
      checkChunk(next, extension.trim().replace('chunk-signature=', ''))
      signature = next
      if (length > 0) yield content
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
