import type * as kms from '@aws-sdk/client-kms'
import { operation } from '../../gate/index.ts'
import { validation } from './errors.ts'
import { keyArn, keys } from './key.ts'
import { requireUsable } from './key-state.ts'
import { findKey, onKey } from './named-key.ts'

const day = 86_400_000

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
export const enableKeyRotation = operation<typeof kms, 'EnableKeyRotation'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:EnableKeyRotation', {
      'kms:RotationPeriodInDays':
        input.RotationPeriodInDays === undefined ? undefined : String(input.RotationPeriodInDays),
    }),
  ],
  run(input, { tx, call }) {
    const key = requireUsable(findKey(tx, call, input.KeyId).key)
    const period = input.RotationPeriodInDays ?? key.rotation?.period ?? 365
    if (period < 90 || period > 2560) throw validation('RotationPeriodInDays must be between 90 and 2560 (inclusive)')
    keys.put(tx, [key.account, key.region, key.id], { ...key, rotation: { period, since: call.now } })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html */
export const disableKeyRotation = operation<typeof kms, 'DisableKeyRotation'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:DisableKeyRotation'),
  ],
  run(input, { tx, call }) {
    const { rotation: _, ...key } = requireUsable(findKey(tx, call, input.KeyId).key)
    keys.put(tx, [key.account, key.region, key.id], key)
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html */
export const getKeyRotationStatus = operation<typeof kms, 'GetKeyRotationStatus'>({
  authorize: (input, context) => [
    onKey(
      context,
      findKey(context.read, context.call, input.KeyId, { otherAccounts: true }),
      'kms:GetKeyRotationStatus',
    ),
  ],
  run(input, { tx, call }) {
    const { key } = findKey(tx, call, input.KeyId, { otherAccounts: true })
    const status = { KeyId: keyArn(key), KeyRotationEnabled: key.rotation !== undefined && key.deletes === undefined }
    if (key.rotation === undefined) return status
    const { period, since } = key.rotation
    return { ...status, RotationPeriodInDays: period, NextRotationDate: new Date(since + period * day) }
  },
})

/** Old ciphertexts keep their material. https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html */
export const rotateKeyOnDemand = operation<typeof kms, 'RotateKeyOnDemand'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:RotateKeyOnDemand'),
  ],
  run(input, { tx, call, env }) {
    const key = requireUsable(findKey(tx, call, input.KeyId).key)
    keys.put(tx, [key.account, key.region, key.id], {
      ...key,
      materials: [...key.materials, env.ids.bytes(32)],
      rotated: [...key.rotated, { at: call.now, type: 'ON_DEMAND' }],
    })
    return { KeyId: keyArn(key) }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html */
export const listKeyRotations = operation<typeof kms, 'ListKeyRotations'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:ListKeyRotations'),
  ],
  run(input, { tx, call }) {
    const { key } = findKey(tx, call, input.KeyId)
    const Rotations = key.rotated.map(({ at, type }) => ({
      KeyId: keyArn(key),
      RotationDate: new Date(at),
      RotationType: type,
    }))
    return { Rotations, Truncated: false }
  },
})
