import type * as lambda from '@aws-sdk/client-lambda'
import { type AnyOperation, operation, requestTags, tagKeys, withoutTags } from '../../gate/index.ts'
import { findFunction, functions, onFunction, targetOf } from './function.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html; a function keeps its revision. */
const tagResource = operation<typeof lambda, 'TagResource'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.Resource), 'TagResource', requestTags(input.Tags ?? {})),
  ],
  run(input, { tx, call }) {
    const found = findFunction(tx, targetOf(call, input.Resource))
    const tags = { ...found.tags, ...input.Tags }
    functions.put(tx, [found.account, found.region, found.name], { ...found, tags })
    return {}
  },
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html */
const untagResource = operation<typeof lambda, 'UntagResource'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.Resource), 'UntagResource', tagKeys(input.TagKeys)),
  ],
  run(input, { tx, call }) {
    const found = findFunction(tx, targetOf(call, input.Resource))
    const tags = withoutTags(found.tags, input.TagKeys)
    functions.put(tx, [found.account, found.region, found.name], { ...found, tags })
    return {}
  },
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
const listTags = operation<typeof lambda, 'ListTags'>({
  authorize: (input, context) => [onFunction(context, targetOf(context.call, input.Resource), 'ListTags')],
  run: (input, { tx, call }) => ({ Tags: findFunction(tx, targetOf(call, input.Resource)).tags }),
})

export const tagOperations: Record<string, AnyOperation> = {
  ListTags: listTags,
  TagResource: tagResource,
  UntagResource: untagResource,
}
