import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { Ids } from '../../engine/index.ts'
import { invalidCiphertext } from './errors.ts'
import { type Key, keyArn } from './key.ts'

export type EncryptionContext = Record<string, string>

interface Blob {
  account: string
  region: string
  id: string
  material: number
  /** Everything before the nonce; authenticated together with the encryption context. */
  header: Buffer
  nonce: Buffer
  tag: Buffer
  body: Buffer
}

const version = 1
const nonceLength = 12
const tagLength = 16

/** As objects of the library's, one for each material: a cipher with bytes took 20 µs to begin, so 4. */
const prepared = new WeakMap<Uint8Array, KeyObject>()

function keyObject(material: Uint8Array): KeyObject {
  const known = prepared.get(material)
  if (known !== undefined) return known
  const made = createSecretKey(material)
  prepared.set(material, made)
  return made
}

/** The order of an encryption context's pairs does not matter. */
const additional = (header: Buffer, context: EncryptionContext = {}) =>
  Buffer.concat([header, Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))))])

/** version · length of the ARN · ARN · number of the material · nonce · tag · AES-256-GCM ciphertext */
export function seal(key: Key, plaintext: Uint8Array, context: EncryptionContext | undefined, ids: Ids): Uint8Array {
  const arn = Buffer.from(keyArn(key))
  const material = key.materials.length - 1
  const header = Buffer.concat([Buffer.from([version, arn.length]), arn, Buffer.from([material])])
  const nonce = Buffer.from(ids.bytes(nonceLength))
  const cipher = createCipheriv('aes-256-gcm', keyObject(key.materials[material] ?? new Uint8Array()), nonce)
  cipher.setAAD(additional(header, context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([header, nonce, cipher.getAuthTag(), body])
}

/** Which key made the blob: Decrypt needs no other name for it. */
export function readBlob(bytes: Uint8Array): Blob {
  const blob = Buffer.from(bytes)
  const end = 2 + (blob[1] ?? 0)
  const [, region, account, id] =
    /^arn:aws:kms:([a-z0-9-]+):(\d{12}):key\/(.+)$/.exec(blob.toString('latin1', 2, end)) ?? []
  const start = end + 1
  if (blob[0] !== version || account === undefined || region === undefined || id === undefined)
    throw invalidCiphertext()
  if (blob.length < start + nonceLength + tagLength) throw invalidCiphertext()
  return {
    account,
    region,
    id,
    material: blob[end] ?? 0,
    header: blob.subarray(0, start),
    nonce: blob.subarray(start, start + nonceLength),
    tag: blob.subarray(start + nonceLength, start + nonceLength + tagLength),
    body: blob.subarray(start + nonceLength + tagLength),
  }
}

export function unseal(key: Key, blob: Blob, context: EncryptionContext | undefined): Uint8Array {
  const material = key.materials[blob.material]
  if (material === undefined) throw invalidCiphertext()
  const decipher = createDecipheriv('aes-256-gcm', keyObject(material), blob.nonce, { authTagLength: tagLength })
  decipher.setAAD(additional(blob.header, context))
  decipher.setAuthTag(blob.tag)
  try {
    return Buffer.concat([decipher.update(blob.body), decipher.final()])
  } catch {
    throw invalidCiphertext()
  }
}
