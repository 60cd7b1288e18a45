import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/**
 * A blob is a row of frames, AES-256-GCM each, so that a range is read without the rest. The nonce counts the frames and
 * marks the last one: frames cannot be swapped, and a file cut short is noticed.
 */
export const frameSize = 256 * 1024
export const tagSize = 16

/**
 * A data key may cover several blobs (the parts of an upload): each blob has a key of its own under it.
 * As key objects: with raw bytes each call of node:crypto first finds out what they are, which costs as much as 10 KiB.
 */
export const blobKey = (dataKey: Uint8Array, blob: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', createSecretKey(dataKey), blob, 'tripoint s3 blob', 32)))

export const frameCount = (size: number) => Math.max(1, Math.ceil(size / frameSize))

const nonce = (index: number, last: boolean) => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(index, 4)
  bytes[11] = last ? 1 : 0
  return bytes
}

export interface Frame {
  /** Not joined: a copy of each byte costs as much as its encryption. */
  pieces: readonly Uint8Array[]
  size: number
  last: boolean
}

/** Ciphertext and tag, not joined either. */
export function sealFrame(key: KeyObject, index: number, { pieces, last }: Frame): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(index, last))
  const sealed = pieces.map(piece => cipher.update(piece))
  cipher.final()
  return [...sealed, cipher.getAuthTag()]
}

/** Throws where a byte was changed. */
export function openFrame(key: KeyObject, index: number, last: boolean, sealed: Uint8Array): Buffer {
  const end = sealed.length - tagSize
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(index, last), { authTagLength: tagSize })
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  // Of a stream cipher nothing is left, but only now the tag is checked.
  decipher.final()
  return plain
}

/** Smaller ones are joined: a client may send a byte at a time. */
const smallPiece = 4_096

/** Cuts a stream of chunks into frames. */
export async function* frames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, undefined> {
  let pieces: Uint8Array[] = []
  let small: Uint8Array[] = []
  let size = 0
  const join = () => {
    if (small.length > 0) pieces.push(small.length === 1 ? (small[0] as Uint8Array) : Buffer.concat(small))
    small = []
  }
  const frame = (last: boolean): Frame => {
    join()
    const full = { pieces, size, last }
    pieces = []
    size = 0
    return full
  }
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      // A full frame waits until it is known whether anything follows.
      if (size === frameSize) yield frame(false)
      const piece = chunk.subarray(at, at + frameSize - size)
      if (piece.length >= smallPiece) {
        join()
        pieces.push(piece)
      } else if (small.push(piece) === 64) join()
      size += piece.length
      at += piece.length
    }
  }
  yield frame(true)
}
