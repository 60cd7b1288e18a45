import { Readable } from 'node:stream'
import { sdkStreamMixin } from '@smithy/core/serde'

/** What a caller may send: a stream from the wire; anything of these in process. */
export async function* chunksOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (body === undefined || body === null) return
  if (typeof body === 'string') yield Buffer.from(body)
  else if (body instanceof Uint8Array) yield body
  else if (body instanceof globalThis.Blob) yield* body.stream() as unknown as AsyncIterable<Uint8Array>
  else {
    for await (const chunk of body as AsyncIterable<Uint8Array | string>)
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
}

/** Up to here an answer is decrypted before it begins: a stream costs more than its bytes then, and a damaged file is an error. */
const fewBytes = 256 * 1024

/** Decrypted bytes as the SDK types them; `done` is called whether they were read to their end or not. */
export async function bodyOf(source: AsyncIterable<Uint8Array>, length: number, done: () => void) {
  if (length > fewBytes) {
    const stream = Readable.from(source, { objectMode: false })
    stream.once('close', done)
    return sdkStreamMixin(stream)
  }
  const whole = new Readable({ read() {} })
  for await (const piece of source) whole.push(piece)
  whole.push(null)
  done()
  return sdkStreamMixin(whole)
}

/**
 * Of a body from the wire, whose chunks nobody else has: digests by header name (`x-amz-checksum-crc32`) that the wire compares
 * with what the client promised.
 */
export interface Verified {
  promised: readonly string[]
  /** Filled at the body's end, which fails where one differs. */
  digests: Readonly<Record<string, string>>
}

export const verifiedBy = (body: unknown): Verified | undefined =>
  body instanceof Readable && 'promised' in body && 'digests' in body ? (body as unknown as Verified) : undefined
