import type * as kms from '@aws-sdk/client-kms'
import { operation, requestTags, tagKeys, withoutTags } from '../../gate/index.ts'
import { required } from './errors.ts'
import { keys } from './key.ts'
import { findKey, onKey } from './named-key.ts'

export const tagRecord = (tags: kms.Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']))

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html */
export const tagResource = operation<typeof kms, 'TagResource'>({
  authorize: (input, context) => [
    onKey(
      context,
      findKey(context.read, context.call, input.KeyId),
      'kms:TagResource',
      requestTags(tagRecord(input.Tags)),
    ),
  ],
  run(input, { tx, call }) {
    if (input.Tags === undefined) throw required('tags')
    const { key } = findKey(tx, call, input.KeyId)
    keys.put(tx, [key.account, key.region, key.id], { ...key, tags: { ...key.tags, ...tagRecord(input.Tags) } })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html */
export const untagResource = operation<typeof kms, 'UntagResource'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:UntagResource', tagKeys(input.TagKeys)),
  ],
  run(input, { tx, call }) {
    const { key } = findKey(tx, call, input.KeyId)
    const tags = withoutTags(key.tags, input.TagKeys)
    keys.put(tx, [key.account, key.region, key.id], { ...key, tags })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
export const listResourceTags = operation<typeof kms, 'ListResourceTags'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:ListResourceTags'),
  ],
  run(input, { tx, call }) {
    const { key } = findKey(tx, call, input.KeyId)
    return { Tags: Object.entries(key.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })), Truncated: false }
  },
})
