import { randomBytes } from 'node:crypto'

/** The only source of randomness: key material, ids, secrets. */
export interface Random {
  bytes(length: number): Uint8Array
}

const pooled = 4_096

/** Drawn ahead: a call into the system for every request id costs more than the rest of the id. */
const systemPool = (): Random => {
  let pool: Buffer = Buffer.alloc(0)
  return {
    bytes(length) {
      if (length > pooled / 16) return randomBytes(length)
      if (pool.length < length) pool = randomBytes(pooled)
      const drawn = Buffer.from(pool.subarray(0, length))
      // What has been handed out may be a key.
      pool.fill(0, 0, length)
      pool = pool.subarray(length)
      return drawn
    },
  }
}

export const systemRandom: Random = systemPool()

export interface Ids {
  uuid(): string
  /** `length` characters of A–Z and 2–7, as in AWS's AKIA…, AROA… identifiers. */
  base32(length: number): string
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string
  bytes(length: number): Uint8Array
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function idsFrom(random: Random): Ids {
  const hex = (length: number) =>
    Buffer.from(random.bytes(Math.ceil(length / 2)))
      .toString('hex')
      .slice(0, length)
  return {
    hex,
    bytes: length => random.bytes(length),
    base32: length => Array.from(random.bytes(length), byte => alphabet[byte & 31]).join(''),
    uuid() {
      const digits = hex(32)
      const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) & 3]
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`
    },
  }
}
