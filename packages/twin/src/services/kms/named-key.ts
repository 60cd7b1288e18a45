import type { Reader } from '../../engine/index.ts'
import { type Call, type Context, currentPolicy, type Demand, resourceTags } from '../../gate/index.ts'
import { aliasArn, aliases, aliasesOf } from './alias.ts'
import { invalidAccount, invalidArn, invalidKeyId, noAlias, noKey, required } from './errors.ts'
import { grantsOf, policyGrant } from './grant.ts'
import { type Key, keyArn, liveKey } from './key.ts'
import { ensureManagedKey } from './managed-key.ts'

export interface Named {
  key: Key
  /** As the request spelled it, for kms:RequestAlias. */
  alias?: string
}

/** What an operation takes as a key's name. https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html */
export interface Naming {
  aliases?: boolean
  /** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html#cross-account-console */
  otherAccounts?: boolean
}

const form = /^(?:arn:aws:kms:([a-z0-9-]*):(\d{12}):)?(?:(alias\/[\w/-]+)|(key\/)?([0-9a-f-]{36}|mrk-[0-9a-f]{32}))$/

/** A bare id or alias is looked up in the caller's account, whoever's key was meant. */
export function findKey(read: Reader, call: Call, name: string | undefined, naming: Naming = {}): Named {
  if (name === undefined || name === '') throw required('keyId')
  const [, region = call.region, account = call.account, alias, prefix, id] = form.exec(name) ?? []
  const isArn = name.startsWith('arn:')
  if (alias === undefined && (id === undefined || (prefix === undefined) === isArn)) throw invalidKeyId(name)
  if (region !== call.region) throw invalidArn(region)
  if (account !== call.account && naming.otherAccounts !== true) throw invalidAccount(account)
  if (alias === undefined) return { key: keyOf(read, call, account, id ?? '') }
  if (naming.aliases !== true) throw invalidKeyId(name)
  const found = aliases.get(read, account, region, alias)
  if (found === undefined) throw noAlias(aliasArn(account, region, alias))
  return { key: keyOf(read, call, account, found.keyId), alias }
}

const keyOf = (read: Reader, call: Call, account: string, id: string): Key => {
  const key = liveKey(read, call.now, account, call.region, id)
  if (key === undefined) throw noKey(keyArn({ account, region: call.region, id }))
  return key
}

/** As findKey, for `authorize`: an AWS managed key comes into being when its alias is first named. */
export function findOrMakeKey({ read, call, env }: Context, name: string | undefined, naming: Naming = {}): Named {
  const alias = /^(?:arn:aws:kms:[a-z0-9-]+:(\d{12}):)?(alias\/aws\/[a-z0-9]+)$/.exec(name ?? '')
  if (alias !== null && (alias[1] ?? call.account) === call.account && naming.aliases === true) {
    ensureManagedKey(env, call, alias[2] ?? '')
  }
  return findKey(read, call, name, naming)
}

/** The service a call came through, as kms:ViaService has it. */
const viaService = (call: Call): string | undefined => call.via.at(-1)

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
export function onKey(
  { read, call }: Pick<Context, 'read' | 'call'>,
  named: Named,
  action: string,
  context: Demand['context'] = {},
): Demand {
  const { key, alias } = named
  return {
    action,
    resource: keyArn(key),
    account: key.account,
    context: {
      ...callerContext(call),
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:KeySpec': 'SYMMETRIC_DEFAULT',
      'kms:KeyUsage': 'ENCRYPT_DECRYPT',
      'kms:MultiRegion': 'false',
      'kms:RequestAlias': alias,
      'kms:ResourceAliases': some(aliasesOf(read, key).map(({ name }) => name)),
      ...resourceTags(key.tags),
      ...context,
    },
    resourcePolicy: {
      rule: 'key',
      name: `key policy of ${keyArn(key)}`,
      document: currentPolicy(read, key.policy, key.pins),
    },
    grants: grantsOf(read, key).map(policyGrant),
  }
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account */
export const callerContext = (call: Call): NonNullable<Demand['context']> => ({
  'kms:CallerAccount': call.principal.account || undefined,
  'kms:ViaService': viaService(call),
})

export const some = (values: string[]) => (values.length === 0 ? undefined : values)
