import type * as codecommit from '@aws-sdk/client-codecommit'
import { type Call, operation } from '../../gate/index.ts'
import { invalidResourceArn } from './errors.ts'
import { demand, repositories, repositoryOf, requestTags } from './repository.ts'

const named = (arn: string | undefined, call: Call): string => {
  const [, , service, region, account, name] = (arn ?? '').split(':')
  if (service !== 'codecommit' || region !== call.region || account !== call.account || !name)
    throw invalidResourceArn(arn ?? '')
  return name
}

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation<typeof codecommit, 'ListTagsForResource'>({
  authorize: ({ resourceArn }, { read, call }) => demand(read, call, 'ListTagsForResource', named(resourceArn, call)),
  run: ({ resourceArn }, { tx, call }) => ({ tags: repositoryOf(tx, call, named(resourceArn, call)).tags }),
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_TagResource.html */
export const tagResource = operation<typeof codecommit, 'TagResource'>({
  authorize: ({ resourceArn, tags }, { read, call }) =>
    demand(read, call, 'TagResource', named(resourceArn, call), requestTags(tags)),
  run({ resourceArn, tags }, { tx, call }) {
    const repository = repositoryOf(tx, call, named(resourceArn, call))
    repositories.put(tx, [call.account, call.region, repository.name], {
      ...repository,
      tags: { ...repository.tags, ...tags },
    })
    return {}
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UntagResource.html */
export const untagResource = operation<typeof codecommit, 'UntagResource'>({
  authorize: ({ resourceArn, tagKeys }, { read, call }) =>
    demand(
      read,
      call,
      'UntagResource',
      named(resourceArn, call),
      tagKeys === undefined ? {} : { 'aws:TagKeys': tagKeys },
    ),
  run({ resourceArn, tagKeys = [] }, { tx, call }) {
    const repository = repositoryOf(tx, call, named(resourceArn, call))
    const tags = Object.fromEntries(Object.entries(repository.tags).filter(([key]) => !tagKeys.includes(key)))
    repositories.put(tx, [call.account, call.region, repository.name], { ...repository, tags })
    return {}
  },
})
