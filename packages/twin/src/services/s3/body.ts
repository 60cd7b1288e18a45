import { Readable } from 'node:stream'
import { sdkStreamMixin } from '@smithy/core/serde'

/** What a caller may send: a stream from the wire; anything of these in process. */
export async function* chunksOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (body === undefined || body === null) return
  if (typeof body === 'string') yield Buffer.from(body)
  else if (body instanceof Uint8Array) yield body
  else if (body instanceof globalThis.Blob) yield* body.stream() as unknown as AsyncIterable<Uint8Array>
  else for await (const chunk of body as AsyncIterable<Uint8Array | string>) yield Buffer.from(chunk)
}

/** A stream of decrypted bytes as the SDK types it; `done` is called whether it was read to its end or not. */
export function bodyOf(source: AsyncIterable<Uint8Array>, done: () => void) {
  const stream = Readable.from(source, { objectMode: false })
  stream.once('close', done)
  return sdkStreamMixin(stream)
}
