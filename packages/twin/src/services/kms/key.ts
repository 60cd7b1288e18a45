import type { KeyMetadata } from '@aws-sdk/client-kms'
import { type Reader, table } from '../../engine/index.ts'
import type { PinnedPrincipals } from '../../gate/index.ts'

/** A symmetric key. Decryption needs every material it ever had; encryption takes the last. */
export interface Key {
  account: string
  region: string
  id: string
  created: number
  description: string
  enabled: boolean
  /** Set while deletion is pending; the key is gone once it has passed. */
  deletes?: number
  manager: 'AWS' | 'CUSTOMER'
  policy: string
  pins: PinnedPrincipals
  rotation?: { period: number; since: number }
  materials: Uint8Array[]
  rotated: { at: number; type: 'ON_DEMAND' }[]
  tags: Record<string, string>
}

export const keys = table<Key>('kms/key', { keep: true }) // [account, region, id]

export const keyArn = (key: Pick<Key, 'account' | 'region' | 'id'>) =>
  `arn:aws:kms:${key.region}:${key.account}:key/${key.id}`

/** A key whose waiting period is over no longer exists, whether or not it was swept. */
export const liveKey = (read: Reader, now: number, account: string, region: string, id: string): Key | undefined => {
  const key = keys.get(read, account, region, id)
  return key?.deletes !== undefined && key.deletes <= now ? undefined : key
}

export const keyState = (key: Key) =>
  key.deletes !== undefined ? 'PendingDeletion' : key.enabled ? 'Enabled' : 'Disabled'

export const metadata = (key: Key): KeyMetadata => ({
  AWSAccountId: key.account,
  KeyId: key.id,
  Arn: keyArn(key),
  CreationDate: new Date(key.created),
  Enabled: keyState(key) === 'Enabled',
  Description: key.description,
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: keyState(key),
  ...(key.deletes === undefined ? {} : { DeletionDate: new Date(key.deletes) }),
  Origin: 'AWS_KMS',
  KeyManager: key.manager,
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: false,
})
