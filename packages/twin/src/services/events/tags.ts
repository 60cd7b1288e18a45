import type * as events from '@aws-sdk/client-eventbridge'
import type { Reader, Tx } from '../../engine/index.ts'
import { type Call, operation } from '../../gate/index.ts'
import { requestTags, tagsOf } from './demand.ts'
import { buses, busOf, refuseManaged, ruleOf, rules } from './rule.ts'

/** The tags of a rule or a bus, and how to put them back. */
function tagged(
  read: Reader,
  call: Call,
  arn = '',
): { tags: Record<string, string>; put(tx: Tx, tags: Record<string, string>): void } {
  const [kind = '', ...names] = (arn.split(':')[5] ?? '').split('/')
  if (kind === 'rule') {
    const rule = ruleOf(read, call, names.at(-1), names.length > 1 ? names[0] : undefined)
    return {
      tags: rule.tags,
      put(tx, tags) {
        refuseManaged(call, rule)
        rules.put(tx, [rule.account, rule.region, rule.bus, rule.name], { ...rule, tags })
      },
    }
  }
  const bus = busOf(read, call, names[0])
  return {
    tags: bus.tags,
    put: (tx, tags) => void buses.put(tx, [bus.account, bus.region, bus.name], { ...bus, tags }),
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation<typeof events, 'ListTagsForResource'>({
  authorize: ({ ResourceARN = '' }) => [{ action: 'events:ListTagsForResource', resource: ResourceARN }],
  run: ({ ResourceARN }, { tx, call }) => ({
    Tags: Object.entries(tagged(tx, call, ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html */
export const tagResource = operation<typeof events, 'TagResource'>({
  authorize: ({ ResourceARN = '', Tags }) => [
    { action: 'events:TagResource', resource: ResourceARN, context: requestTags(Tags) ?? {} },
  ],
  run({ ResourceARN, Tags }, { tx, call }) {
    const resource = tagged(tx, call, ResourceARN)
    resource.put(tx, { ...resource.tags, ...tagsOf(Tags) })
    return {}
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UntagResource.html */
export const untagResource = operation<typeof events, 'UntagResource'>({
  authorize: ({ ResourceARN = '', TagKeys = [] }) => [
    { action: 'events:UntagResource', resource: ResourceARN, context: { 'aws:TagKeys': TagKeys } },
  ],
  run({ ResourceARN, TagKeys = [] }, { tx, call }) {
    const resource = tagged(tx, call, ResourceARN)
    resource.put(tx, Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key))))
    return {}
  },
})
