import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { type Reader, type Tx, table } from '../../engine/index.ts'
import {
  type AnyOperation,
  type Call,
  type Demand,
  operation,
  requestTags,
  type Tags,
  tagKeys,
  tagList,
  tagsOf,
  withoutTags,
} from '../../gate/index.ts'
import { missing } from './errors.ts'
import { arnOf, type Kind } from './name.ts'

const tags = table<Tags>('sagemaker/tags') // [arn]

type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined

const kept = (read: Reader, arn: string): Tags => tags.get(read, arn) ?? {}

export const putTags = (tx: Tx, arn: string, list: TagList): void => {
  if ((list?.length ?? 0) > 0) tags.put(tx, [arn], { ...kept(tx, arn), ...tagsOf(list) })
}

export const dropTags = (tx: Tx, arn: string): void => tags.delete(tx, arn)

/** Creating something is authorised for it; creating it with tags, for sagemaker:AddTags too. */
export const creates = (
  call: Call,
  kind: Kind,
  name: string,
  list: TagList,
  context: Demand['context'] = {},
): Demand[] => {
  const resource = arnOf(call, kind, name)
  const keys = { ...context, ...requestTags(tagsOf(list)) }
  const create = { action: `sagemaker:${call.operation}`, resource, context: keys }
  return (list?.length ?? 0) === 0 ? [create] : [create, { action: 'sagemaker:AddTags', resource, context: keys }]
}

const resource = (input: { ResourceArn: string | undefined }): string => {
  if (input.ResourceArn === undefined) throw missing('resourceArn')
  return input.ResourceArn
}

export const tagOperations: Record<string, AnyOperation> = {
  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
  AddTags: operation<typeof sagemaker, 'AddTags'>({
    authorize: input => [
      { action: 'sagemaker:AddTags', resource: resource(input), context: requestTags(tagsOf(input.Tags)) },
    ],
    run(input, { tx }) {
      putTags(tx, resource(input), input.Tags)
      return { Tags: tagList(kept(tx, resource(input))) }
    },
  }),
  ListTags: operation<typeof sagemaker, 'ListTags'>({
    authorize: input => [{ action: 'sagemaker:ListTags', resource: resource(input) }],
    run: (input, { tx }) => ({ Tags: tagList(kept(tx, resource(input))) }),
  }),
  DeleteTags: operation<typeof sagemaker, 'DeleteTags'>({
    authorize: input => [
      {
        action: 'sagemaker:DeleteTags',
        resource: resource(input),
        context: tagKeys(input.TagKeys),
      },
    ],
    run(input, { tx }) {
      const arn = resource(input)
      tags.put(tx, [arn], withoutTags(kept(tx, arn), input.TagKeys))
      return {}
    },
  }),
}
