import type * as kms from '@aws-sdk/client-kms'
import { operation } from '../../gate/index.ts'
import { disabled, notPendingDeletion, pendingDeletion, validation } from './errors.ts'
import { type Key, keyArn, keyState, keys } from './key.ts'
import { findKey, onKey } from './named-key.ts'

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html#key-state-table */
export function requireUsable(key: Key): Key {
  if (keyState(key) === 'PendingDeletion') throw pendingDeletion(keyArn(key))
  if (keyState(key) === 'Disabled') throw disabled(keyArn(key))
  return key
}

export function requireNotDeleted(key: Key): Key {
  if (keyState(key) === 'PendingDeletion') throw pendingDeletion(keyArn(key))
  return key
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html */
export const enableKey = operation<typeof kms, 'EnableKey'>({
  authorize: (input, context) => [onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:EnableKey')],
  run(input, { tx, call }) {
    const key = requireNotDeleted(findKey(tx, call, input.KeyId).key)
    keys.put(tx, [key.account, key.region, key.id], { ...key, enabled: true })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html */
export const disableKey = operation<typeof kms, 'DisableKey'>({
  authorize: (input, context) => [onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:DisableKey')],
  run(input, { tx, call }) {
    const key = requireNotDeleted(findKey(tx, call, input.KeyId).key)
    keys.put(tx, [key.account, key.region, key.id], { ...key, enabled: false })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const scheduleKeyDeletion = operation<typeof kms, 'ScheduleKeyDeletion'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:ScheduleKeyDeletion', {
      'kms:ScheduleKeyDeletionPendingWindowInDays': String(input.PendingWindowInDays ?? 30),
    }),
  ],
  run(input, { tx, call }) {
    const days = input.PendingWindowInDays ?? 30
    if (days < 7 || days > 30) throw validation('PendingWindowInDays must be between 7 and 30 (inclusive)')
    const key = requireNotDeleted(findKey(tx, call, input.KeyId).key)
    const deletes = call.now + days * 86_400_000
    keys.put(tx, [key.account, key.region, key.id], { ...key, enabled: false, deletes })
    return {
      KeyId: keyArn(key),
      DeletionDate: new Date(deletes),
      KeyState: 'PendingDeletion',
      PendingWindowInDays: days,
    }
  },
})

/** The key comes back disabled. https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
export const cancelKeyDeletion = operation<typeof kms, 'CancelKeyDeletion'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:CancelKeyDeletion'),
  ],
  run(input, { tx, call }) {
    const { key } = findKey(tx, call, input.KeyId)
    if (key.deletes === undefined) throw notPendingDeletion(keyArn(key))
    const { deletes: _, ...kept } = key
    keys.put(tx, [key.account, key.region, key.id], { ...kept, enabled: false })
    return { KeyId: keyArn(key) }
  },
})
