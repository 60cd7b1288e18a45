import { createHmac, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWhole, type Random, type Store } from '../engine/index.ts'
import { type ManagedPolicy, managedPolicies, type User, users } from './principal.ts'

/** Credentials of the person at the keyboard: an administrator user of an account, or its root. */
export interface OperatorKey {
  account: string
  accessKeyId: string
  secretAccessKey: string
  root: boolean
}

/** The user that a key of an operator belongs to, in every account. */
const administrator = 'administrator'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function base32(bytes: Uint8Array, length: number): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  const total = BigInt(bytes.length * 8)
  return Array.from({ length }, (_, at) => alphabet[Number((bits >> (total - 5n * BigInt(at + 1))) & 31n)]).join('')
}

/** Eight base-32 digits hold twelve decimal ones: a key id names its account, as AWS's do. */
const encodeAccount = (account: string) => base32(Buffer.from(BigInt(account).toString(16).padStart(10, '0'), 'hex'), 8)

function decodeAccount(digits: string): string | undefined {
  let value = 0n
  for (const digit of digits) {
    const at = alphabet.indexOf(digit)
    if (at < 0) return undefined
    value = (value << 5n) | BigInt(at)
  }
  const account = value.toString().padStart(12, '0')
  return account.length === 12 ? account : undefined
}

/**
 * The seed of a state directory's operator keys, random, readable by its owner alone. Keys of any account follow from it,
 * so that `env` needs no running twin and a twin no list of accounts.
 */
export function operatorSeed(directory: string, random: Random): Uint8Array {
  const file = join(directory, 'operator-seed')
  if (!existsSync(file)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    try {
      createWhole(file, Buffer.from(random.bytes(32)).toString('hex'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
}

export function operatorKey(seed: Uint8Array, account: string, root = false): OperatorKey {
  const tag = `${root ? 'root' : 'administrator'}/${account}`
  const sign = (purpose: string) => createHmac('sha256', seed).update(`${purpose}/${tag}`).digest()
  return {
    account,
    root,
    accessKeyId: `AKIA${encodeAccount(account)}${base32(sign('id').subarray(0, 5), 8)}`,
    secretAccessKey: sign('secret').toString('base64').slice(0, 40),
  }
}

/** Opens what only the operator may see and is no AWS API: the audit. */
export const operatorToken = (seed: Uint8Array): string => createHmac('sha256', seed).update('token').digest('hex')

export function operatorOf(seed: Uint8Array, accessKeyId: string): OperatorKey | undefined {
  if (!/^AKIA[A-Z2-7]{16}$/.test(accessKeyId)) return undefined
  const account = decodeAccount(accessKeyId.slice(4, 12))
  if (account === undefined) return undefined
  return [operatorKey(seed, account), operatorKey(seed, account, true)].find(key =>
    timingSafeEqual(Buffer.from(key.accessKeyId), Buffer.from(accessKeyId)),
  )
}

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html */
const administratorAccess: ManagedPolicy = {
  account: 'aws',
  name: 'AdministratorAccess',
  path: '/',
  arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  id: 'ANPAIWMBCKSKIEE64ZLYK',
  created: Date.UTC(2015, 1, 6, 18, 39, 46),
  updated: Date.UTC(2015, 1, 6, 18, 39, 46),
  description: 'Provides full access to AWS services and resources.',
  versions: [
    {
      id: 'v1',
      document: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      created: Date.UTC(2015, 1, 6, 18, 39, 46),
    },
  ],
  default: 'v1',
  nextVersion: 2,
  tags: {},
}

/** The administrator exists from its first call on. */
export function administratorOf(store: Store, account: string, now: number): User {
  const known = users.get(store, account, administrator)
  if (known !== undefined) return known
  return store.transact(tx => {
    managedPolicies.put(tx, [administratorAccess.arn], administratorAccess)
    return users.put(tx, [account, administrator], {
      account,
      name: administrator,
      path: '/',
      arn: `arn:aws:iam::${account}:user/${administrator}`,
      id: `AIDA${encodeAccount(account)}ADMINISTR`.slice(0, 21),
      created: now,
      inline: {},
      attached: [administratorAccess.arn],
      groups: [],
      tags: {},
    })
  })
}
