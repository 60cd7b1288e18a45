import type * as sfn from '@aws-sdk/client-sfn'
import type { Tx } from '../../engine/index.ts'
import { type Demand, operation, requestTags, type Tags, tagKeys, withoutTags } from '../../gate/index.ts'
import { activities } from './activity-record.ts'
import { parseArn } from './arn.ts'
import { noResource, required, validation } from './errors.ts'
import { machines } from './state-machine.ts'

export const tagRecord = (tags: readonly sfn.Tag[] | undefined): Tags =>
  Object.fromEntries((tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']))

const tagList = (tags: Tags): sfn.Tag[] => Object.entries(tags).map(([key, value]) => ({ key, value }))

interface Tagged {
  tags: Tags
}

function tagged(
  read: Parameters<typeof machines.get>[0],
  arn: string | undefined,
): { record: Tagged; save(tx: Tx, tags: Tags): void } {
  const { account, region, type, name, qualifier } = parseArn(arn, 'stateMachine', 'activity')
  const key = [account, region, name] as const
  const machine = type === 'stateMachine' && qualifier === undefined ? machines.get(read, ...key) : undefined
  if (machine !== undefined)
    return { record: machine, save: (tx, tags) => void machines.put(tx, key, { ...machine, tags }) }
  const activity = type === 'activity' ? activities.get(read, ...key) : undefined
  if (activity !== undefined)
    return { record: activity, save: (tx, tags) => void activities.put(tx, key, { ...activity, tags }) }
  throw noResource(arn ?? '')
}

const demand = (action: string, arn: string | undefined, context: Demand['context'] = {}): Demand[] => [
  { action: `states:${action}`, resource: arn ?? '', context },
]

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html */
export const tagResource = operation<typeof sfn, 'TagResource'>({
  authorize: input => demand('TagResource', input.resourceArn, requestTags(tagRecord(input.tags))),
  run(input, { tx }) {
    if (input.tags === undefined) throw required('tags')
    mustBeTags(input.tags)
    const { record, save } = tagged(tx, input.resourceArn)
    save(tx, { ...record.tags, ...tagRecord(input.tags) })
    return {}
  },
})

export function mustBeTags(tags: readonly sfn.Tag[]): void {
  for (const [index, { key }] of tags.entries())
    if (key === undefined || key === '')
      throw validation(
        `1 validation error detected: Value '${key ?? ''}' at 'tags.${index + 1}.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1`,
      )
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UntagResource.html */
export const untagResource = operation<typeof sfn, 'UntagResource'>({
  authorize: input => demand('UntagResource', input.resourceArn, tagKeys(input.tagKeys)),
  run(input, { tx }) {
    const { record, save } = tagged(tx, input.resourceArn)
    save(tx, withoutTags(record.tags, input.tagKeys))
    return {}
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html */
export const listTagsForResource = operation<typeof sfn, 'ListTagsForResource'>({
  authorize: input => demand('ListTagsForResource', input.resourceArn),
  run: (input, { tx }) => ({ tags: tagList(tagged(tx, input.resourceArn).record.tags) }),
})
