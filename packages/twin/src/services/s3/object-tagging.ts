import type * as s3 from '@aws-sdk/client-s3'
import { type Context, type Demand, operation, type TxContext } from '../../gate/index.ts'
import { requestTags } from './demand.ts'
import { invalidTag, malformedXml } from './errors.ts'
import { tellEventBridge } from './event.ts'
import { replace, versionId } from './object.ts'
import { findObject, type OfObject, readDemands } from './read.ts'
import { checkedTags } from './write.ts'

export function tagRecord(tags: readonly s3.Tag[] | undefined, most: number): Record<string, string> {
  if (tags === undefined) throw malformedXml()
  const record = Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']))
  if (Object.keys(record).length < tags.length) throw invalidTag('Cannot provide multiple Tags with the same key')
  return checkedTags(record, most)
}

export const tagSet = (tags: Record<string, string>): s3.Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const demands = (
  context: Context,
  input: OfObject,
  verb: 'Get' | 'Put' | 'Delete',
  tags: Record<string, string> = {},
): Demand[] =>
  readDemands(context, input).map(demand =>
    demand.action === 's3:ListBucket'
      ? demand
      : {
          ...demand,
          action: `s3:${verb}Object${input.VersionId === undefined ? '' : 'Version'}Tagging`,
          context: { ...demand.context, ...requestTags(tags) },
        },
  )

function set(input: OfObject, context: TxContext, tags: Record<string, string>) {
  const { bucket, version, content } = findObject({ read: context.tx, call: context.call }, input)
  replace(context.tx, { ...version, content: { ...content, tags } })
  const detailType = Object.keys(tags).length > 0 ? 'Object Tags Added' : 'Object Tags Deleted'
  tellEventBridge(context, context.tx, bucket, version, { detailType })
  return versionId(bucket, version)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging = operation<typeof s3, 'GetObjectTagging'>({
  authorize: (input, context) => demands(context, input, 'Get'),
  run(input, { tx, call }) {
    const { bucket, version, content } = findObject({ read: tx, call }, input)
    return { TagSet: tagSet(content.tags), ...versionId(bucket, version) }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging = operation<typeof s3, 'PutObjectTagging'>({
  authorize: (input, context) => demands(context, input, 'Put', tagRecord(input.Tagging?.TagSet, 10)),
  run: (input, context) => set(input, context, tagRecord(input.Tagging?.TagSet, 10)),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging = operation<typeof s3, 'DeleteObjectTagging'>({
  authorize: (input, context) => demands(context, input, 'Delete'),
  run: (input, context) => set(input, context, {}),
})
