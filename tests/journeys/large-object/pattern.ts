import { Readable } from 'node:stream'

export const MiB = 1024 ** 2

/** No two of its blocks are equal: bytes that are lost, doubled, or in another's place show. */
export interface Pattern {
  size: number
  bytes(start: number, end: number): Buffer
  /** For an upload; `end` before the size: of a client that breaks off there. */
  stream(start?: number, end?: number): Readable
  /** Reads to the end; the first byte that differs from the pattern's from `start` on, or where it ended early. */
  compare(source: AsyncIterable<Uint8Array>, start?: number, end?: number): Promise<'equal' | `differs at ${number}`>
}

/** `noise`: a block that repeats, but for its number in front. */
export function pattern(noise: Buffer, size: number): Pattern {
  const length = noise.length
  const block = (number: number) => {
    const bytes = Buffer.from(noise)
    bytes.writeUInt32BE(number)
    return bytes
  }
  function* blocks(start: number, end: number) {
    for (let at = start; at < end; at = Math.min(end, (Math.floor(at / length) + 1) * length)) {
      const from = Math.floor(at / length) * length
      yield block(from / length).subarray(at - from, end - from)
    }
  }
  const bytes = (start: number, end: number) => Buffer.concat([...blocks(start, end)])
  return {
    size,
    bytes,
    stream: (start = 0, end = size) => Readable.from(blocks(start, end), { objectMode: false }),
    async compare(source, start = 0, end = size) {
      let at = start
      let [number, expected] = [-1, noise]
      for await (const chunk of source) {
        for (let read = 0; read < chunk.length; ) {
          const wanted = Math.floor(at / length)
          if (wanted !== number) [number, expected] = [wanted, block(wanted)]
          const from = at - number * length
          const piece = chunk.subarray(read, read + length - from)
          if (at + piece.length > end || !expected.subarray(from, from + piece.length).equals(piece))
            return `differs at ${at}`
          at += piece.length
          read += piece.length
        }
      }
      return at === end ? 'equal' : `differs at ${at}`
    },
  }
}
