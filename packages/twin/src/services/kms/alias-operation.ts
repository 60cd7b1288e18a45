import type * as kms from '@aws-sdk/client-kms'
import type { Reader } from '../../engine/index.ts'
import { type Call, type Demand, operation } from '../../gate/index.ts'
import { type Alias, aliasArn, aliases } from './alias.ts'
import { aliasExists, invalidAliasName, noAlias, required, reservedAlias } from './errors.ts'
import { requireNotDeleted } from './key-state.ts'
import { callerContext, findKey, onKey } from './named-key.ts'
import { page } from './page.ts'

/** Both the alias and the key must allow: https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html */
const onAlias = (call: Call, action: string, name: string): Demand => ({
  action,
  resource: aliasArn(call.account, call.region, name),
  context: callerContext(call),
})

function checkedName(name: string | undefined): string {
  if (name === undefined) throw required('aliasName')
  if (!/^alias\/[\w/-]{1,250}$/.test(name)) throw invalidAliasName()
  if (name.startsWith('alias/aws/')) throw reservedAlias()
  return name
}

function findAlias(read: Reader, { account, region }: Call, name: string): Alias {
  const alias = aliases.get(read, account, region, name)
  if (alias === undefined) throw noAlias(aliasArn(account, region, name))
  return alias
}

const entry = (alias: Alias): kms.AliasListEntry => ({
  AliasName: alias.name,
  AliasArn: aliasArn(alias.account, alias.region, alias.name),
  TargetKeyId: alias.keyId,
  CreationDate: new Date(alias.created),
  LastUpdatedDate: new Date(alias.updated),
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const createAlias = operation<typeof kms, 'CreateAlias'>({
  authorize: (input, context) => [
    onAlias(context.call, 'kms:CreateAlias', checkedName(input.AliasName)),
    onKey(context, findKey(context.read, context.call, input.TargetKeyId), 'kms:CreateAlias'),
  ],
  run(input, { tx, call }) {
    const { account, region, now } = call
    const name = checkedName(input.AliasName)
    const key = requireNotDeleted(findKey(tx, call, input.TargetKeyId).key)
    if (aliases.get(tx, account, region, name) !== undefined) throw aliasExists(aliasArn(account, region, name))
    aliases.put(tx, [account, region, name], { account, region, name, keyId: key.id, created: now, updated: now })
    return {}
  },
})

/** Authorised on the old key and the new. https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
export const updateAlias = operation<typeof kms, 'UpdateAlias'>({
  authorize(input, context) {
    const { read, call } = context
    const name = checkedName(input.AliasName)
    const alias = findAlias(read, call, name)
    return [
      onAlias(call, 'kms:UpdateAlias', name),
      onKey(context, findKey(read, call, alias.keyId), 'kms:UpdateAlias'),
      onKey(context, findKey(read, call, input.TargetKeyId), 'kms:UpdateAlias'),
    ]
  },
  run(input, { tx, call }) {
    const { account, region, now } = call
    const name = checkedName(input.AliasName)
    const alias = findAlias(tx, call, name)
    const key = requireNotDeleted(findKey(tx, call, input.TargetKeyId).key)
    aliases.put(tx, [account, region, name], { ...alias, keyId: key.id, updated: now })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html */
export const deleteAlias = operation<typeof kms, 'DeleteAlias'>({
  authorize(input, context) {
    const { read, call } = context
    const name = checkedName(input.AliasName)
    const alias = findAlias(read, call, name)
    return [onAlias(call, 'kms:DeleteAlias', name), onKey(context, findKey(read, call, alias.keyId), 'kms:DeleteAlias')]
  },
  run(input, { tx, call }) {
    aliases.delete(tx, call.account, call.region, checkedName(input.AliasName))
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
export const listAliases = operation<typeof kms, 'ListAliases'>({
  authorize: (_input, { call }) => [{ action: 'kms:ListAliases', resource: '*', context: callerContext(call) }],
  run(input, { tx, call }) {
    const wanted = input.KeyId === undefined ? undefined : findKey(tx, call, input.KeyId).key.id
    const found = [...aliases.list(tx, call.account, call.region)].filter(
      ({ keyId }) => wanted === undefined || keyId === wanted,
    )
    const { shown, more } = page(found, ({ name }) => name, input, 50)
    return { Aliases: shown.map(entry), ...more }
  },
})
