import type { Algorithm } from './checksum.ts'

/** Reflected polynomials: the CRCs that can be computed of a whole from those of its parts. */
const polynomials: Partial<Record<Algorithm, { polynomial: bigint; bits: number }>> = {
  CRC32: { polynomial: 0xedb88320n, bits: 32 },
  CRC32C: { polynomial: 0x82f63b78n, bits: 32 },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64 },
}

export const canCombine = (algorithm: Algorithm) => polynomials[algorithm] !== undefined

/** A linear map over GF(2), one column a bit. */
type Matrix = bigint[]

const times = (matrix: Matrix, vector: bigint): bigint => {
  let sum = 0n
  for (let bit = 0; vector !== 0n; bit++, vector >>= 1n) if ((vector & 1n) === 1n) sum ^= matrix[bit] ?? 0n
  return sum
}

const product = (a: Matrix, b: Matrix): Matrix => b.map(column => times(a, column))

/** What `length` zero bytes do to a CRC. */
function zeros({ polynomial, bits }: { polynomial: bigint; bits: number }, length: number): Matrix {
  const identity = Array.from({ length: bits }, (_, bit) => 1n << BigInt(bit))
  let power: Matrix = identity.map((_, bit) => (bit === 0 ? polynomial : 1n << BigInt(bit - 1)))
  for (let doubled = 0; doubled < 3; doubled++) power = product(power, power)
  let result: Matrix = identity
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = product(power, result)
    power = product(power, power)
  }
  return result
}

/** The CRC of parts laid end to end. Parts are mostly of one length, whose map is made once. */
export function combine(algorithm: Algorithm, parts: readonly { value: string; size: number }[]): string {
  const kind = polynomials[algorithm]
  if (kind === undefined) throw new Error(`${algorithm} cannot be combined`)
  const maps = new Map<number, Matrix>()
  let sum = 0n
  for (const { value, size } of parts) {
    const map = maps.get(size) ?? zeros(kind, size)
    maps.set(size, map)
    sum = times(map, sum) ^ BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`)
  }
  return Buffer.from(sum.toString(16).padStart(kind.bits / 4, '0'), 'hex').toString('base64')
}
