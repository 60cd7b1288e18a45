import type * as kms from '@aws-sdk/client-kms'
import { operation } from '../../gate/index.ts'
import { keyArn, keys, metadata } from './key.ts'
import { callerContext, findKey, findOrMakeKey, onKey } from './named-key.ts'
import { page } from './page.ts'

const naming = { aliases: true, otherAccounts: true }

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const describeKey = operation<typeof kms, 'DescribeKey'>({
  authorize: (input, context) => [onKey(context, findOrMakeKey(context, input.KeyId, naming), 'kms:DescribeKey')],
  run: (input, { tx, call }) => ({ KeyMetadata: metadata(findKey(tx, call, input.KeyId, naming).key) }),
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const listKeys = operation<typeof kms, 'ListKeys'>({
  authorize: (_input, { call }) => [{ action: 'kms:ListKeys', resource: '*', context: callerContext(call) }],
  run(input, { tx, call }) {
    const live = [...keys.list(tx, call.account, call.region)].filter(
      ({ deletes }) => !(deletes !== undefined && deletes <= call.now),
    )
    const { shown, more } = page(live, ({ id }) => id, input, 100)
    return { Keys: shown.map(key => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...more }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html */
export const updateKeyDescription = operation<typeof kms, 'UpdateKeyDescription'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:UpdateKeyDescription'),
  ],
  run(input, { tx, call }) {
    const { key } = findKey(tx, call, input.KeyId)
    keys.put(tx, [key.account, key.region, key.id], { ...key, description: input.Description ?? '' })
    return {}
  },
})
