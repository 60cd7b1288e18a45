import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/**
 * A blob is a row of frames, AES-256-GCM each, so that a range is read without the rest. The nonce counts the frames and
 * marks the last one: frames cannot be swapped, and a file cut short is noticed.
 */
export const frameSize = 256 * 1024
export const tagSize = 16

/** A data key may cover several blobs (the parts of an upload): each blob has a key of its own under it. */
export const blobKey = (dataKey: Uint8Array, blob: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', dataKey, blob, 'tripoint s3 blob', 32))

export const frameCount = (size: number) => Math.max(1, Math.ceil(size / frameSize))

const nonce = (index: number, last: boolean) => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(index, 4)
  bytes[11] = last ? 1 : 0
  return bytes
}

export function sealFrame(key: Uint8Array, index: number, last: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(index, last))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws where a byte was changed. */
export function openFrame(key: Uint8Array, index: number, last: boolean, sealed: Uint8Array): Buffer {
  const end = sealed.length - tagSize
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(index, last), { authTagLength: tagSize })
  decipher.setAuthTag(sealed.subarray(end))
  return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
}

export interface Frame {
  bytes: Uint8Array
  last: boolean
}

/** Cuts a stream of chunks into frames. */
export async function* frames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, undefined> {
  let parts: Uint8Array[] = []
  let filled = 0
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      // A full frame waits until it is known whether anything follows.
      if (filled === frameSize) {
        yield { bytes: Buffer.concat(parts), last: false }
        parts = []
        filled = 0
      }
      const part = chunk.subarray(at, at + frameSize - filled)
      parts.push(part)
      filled += part.length
      at += part.length
    }
  }
  yield { bytes: Buffer.concat(parts), last: true }
}
