import { crc32, gzipSync } from 'node:zlib'

export interface Entry {
  name: string
  data: Buffer
  /** Unix mode, for links. */
  mode?: number
  /** What the headers say of the size, where they lie. */
  claims?: number
}

const record = (fields: [size: 2 | 4, value: number][]): Buffer => {
  const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of fields)
    at = size === 2 ? bytes.writeUInt16LE(value & 0xffff, at) : bytes.writeUInt32LE(value >>> 0, at)
  return bytes
}

/** A zip of stored entries, under whatever names. */
export function zip(entries: readonly Entry[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const { name, data, mode = 0o644, claims = data.length } of entries) {
    const bytes = Buffer.from(name)
    const shared: [2 | 4, number][] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0x21],
      [4, crc32(data)],
      [4, claims],
      [4, claims],
      [2, bytes.length],
      [2, 0],
    ]
    local.push(record([[4, 0x04034b50], [2, 20], ...shared]), bytes, data)
    central.push(
      record([[4, 0x02014b50], [2, 0x0314], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, mode << 16], [4, at]]),
      bytes,
    )
    at += 30 + bytes.length + data.length
  }
  const directory = Buffer.concat(central)
  const tail = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, directory.length],
    [4, at],
    [2, 0],
  ])
  return Buffer.concat([...local, directory, tail])
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 */
function header(name: string, size: number, type: string, link: string): Buffer {
  const block = Buffer.alloc(512)
  block.write(name.slice(0, 100), 0)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write(link.slice(0, 100), 157)
  block.write('ustar\x0000', 257)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return block
}

/** `model.tar.gz` with entries of any type: `0` a file, `2` a link, `3` a device. */
export const tarGz = (entries: readonly { name: string; type: string; link?: string; data?: Buffer }[]): Buffer =>
  gzipSync(
    Buffer.concat([
      ...entries.flatMap(({ name, type, link = '', data = Buffer.alloc(0) }) => [
        header(name, data.length, type, link),
        data,
        Buffer.alloc((512 - (data.length % 512)) % 512),
      ]),
      Buffer.alloc(1024),
    ]),
  )
