import { crc32 as native } from 'node:zlib'

/**
 * S3's cyclic redundancy checks. Node computes CRC-32 itself. The others are a WebAssembly function that takes sixteen bytes a step:
 * 2,100 MB/s measured, the SDK's JavaScript 530. A remainder of 32 bits is one of 64 whose upper half stays empty, so it serves both.
 */

const slices = 16
const entries = 256
const tableBytes = entries * 8
/** Behind the tables. */
const inputAt = slices * tableBytes
const inputBytes = 64 * 1024

/** What each byte does to the remainder when `slice` bytes follow it in the same step. */
function tables(polynomial: bigint): BigUint64Array {
  const all = new BigUint64Array(slices * entries)
  for (let byte = 0; byte < entries; byte++) {
    let sum = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1n) === 1n ? (sum >> 1n) ^ polynomial : sum >> 1n
    all[byte] = sum
  }
  for (let at = entries; at < all.length; at++) {
    const shorter = all[at - entries] as bigint
    all[at] = (shorter >> 8n) ^ (all[Number(shorter & 255n)] as bigint)
  }
  return all
}

const unsigned = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)])
const signed = (value: number): number[] => {
  const low = value & 127
  const rest = value >> 7
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...signed(rest)]
}
const counted = (...items: number[][]): number[] => [...unsigned(items.length), ...items.flat()]
const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content]
const name = (text: string): number[] => [text.length, ...Buffer.from(text)]

// https://webassembly.github.io/spec/core/binary/instructions.html
const i32 = {
  type: 0x7f,
  of: (value: number) => [0x41, ...signed(value)],
  byte: [0x2d, 0, 0],
  add: 0x6a,
  and: 0x71,
  shl: 0x74,
  above: 0x4b,
}
const i64 = {
  type: 0x7e,
  of: (value: number) => [0x42, ...signed(value)],
  shr: 0x88,
  xor: 0x85,
  ofI32: 0xad,
  toI32: 0xa7,
}
const load64 = (offset: number) => [0x29, 0, ...unsigned(offset)]
const [block, loop, branch, branchIf, end, none] = [0x02, 0x03, 0x0c, 0x0d, 0x0b, 0x40]
const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const [crc, at, until, first, second] = [0, 1, 2, 3, 4] as const

/** The table's entry for one byte of a word. */
const lookUp = (word: number, byte: number, slice: number) => [
  ...[...get(word), ...i64.of(byte * 8), i64.shr, i64.toI32],
  ...[...i32.of(255), i32.and, ...i32.of(3), i32.shl],
  ...load64(slice * tableBytes),
]
const bytes = Array.from({ length: 8 }, (_, byte) => byte)
const step = [
  ...[...get(crc), ...get(at), ...load64(0), i64.xor, ...set(first)],
  ...[...get(at), ...load64(8), ...set(second)],
  ...bytes.flatMap(byte => [...lookUp(second, byte, 7 - byte), ...(byte === 0 ? [] : [i64.xor])]),
  ...bytes.flatMap(byte => [...lookUp(first, byte, 15 - byte), i64.xor]),
  ...set(crc),
  ...[...get(at), ...i32.of(16), i32.add, ...set(at)],
]
const lastBytes = [
  ...[...get(crc), ...get(at), ...i32.byte, i64.ofI32, i64.xor, ...set(first)],
  ...[...lookUp(first, 0, 0), ...get(crc), ...i64.of(8), i64.shr, i64.xor, ...set(crc)],
  ...[...get(at), ...i32.of(1), i32.add, ...set(at)],
]
/** While `size` bytes are left. */
const repeat = (size: number, body: number[]) => [
  ...[block, none, loop, none],
  ...[...get(at), ...i32.of(size), i32.add, ...get(until), i32.above, branchIf, 1],
  ...[...body, branch, 0, end, end],
]
const update = [1, 2, i64.type, ...repeat(16, step), ...repeat(1, lastBytes), ...get(crc), end]

const program = () =>
  new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, counted([0x60, 3, i64.type, i32.type, i32.type, 1, i64.type])),
    ...section(3, counted([0])),
    ...section(5, counted([0, ...unsigned(Math.ceil((inputAt + inputBytes) / 65_536))])),
    ...section(7, counted([...name('memory'), 2, 0], [...name('update'), 0, 0])),
    ...section(10, counted([...unsigned(update.length), ...update])),
  ])

/** Node's types have no more of it than names. */
const assembly = (globalThis as unknown as { WebAssembly: Assembly }).WebAssembly
interface Assembly {
  Module: new (bytes: Uint8Array) => object
  Instance: new (
    module: object,
  ) => { exports: { memory: { buffer: ArrayBuffer }; update(crc: bigint, at: number, until: number): bigint } }
}

function machine(polynomial: bigint) {
  const { memory, update } = new assembly.Instance(new assembly.Module(program())).exports
  new BigUint64Array(memory.buffer, 0, slices * entries).set(tables(polynomial))
  const input = new Uint8Array(memory.buffer, inputAt, inputBytes)
  return (crc: bigint, data: Uint8Array): bigint => {
    let sum = crc
    for (let from = 0; from < data.length; from += inputBytes) {
      const part = data.subarray(from, from + inputBytes)
      input.set(part)
      sum = update(sum, inputAt, inputAt + part.length)
    }
    return sum
  }
}
const machines = new Map<bigint, ReturnType<typeof machine>>()

export interface Hash {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array | Promise<Uint8Array>
}

const bytesOf = (sum: bigint, bits: number) => Buffer.from(sum.toString(16).padStart(bits / 4, '0'), 'hex')

function running(polynomial: bigint, bits: 32 | 64): () => Hash {
  const ones = (1n << BigInt(bits)) - 1n
  return () => {
    const run = machines.get(polynomial) ?? machine(polynomial)
    machines.set(polynomial, run)
    let sum = ones
    return {
      update(data) {
        sum = run(sum, data)
      },
      digest: () => bytesOf(BigInt.asUintN(64, sum) ^ ones, bits),
    }
  }
}

export const crc32c = running(0x82f63b78n, 32)
export const crc64nvme = running(0x9a6c9329ac4bc9b5n, 64)

export function crc32(): Hash {
  let sum = 0
  return {
    update(data) {
      sum = native(data, sum)
    },
    digest: () => bytesOf(BigInt(sum), 32),
  }
}
