import {
  type AnyOperation,
  type Demand,
  type Identity,
  internalOperation,
  requestTags,
  tagKeys,
  tagList,
  tagsOf,
  withoutTags,
} from '../../gate/index.ts'
import { attachable, change, demandOn, encoded, find, type Kind, page } from './entity.ts'
import { limitExceeded, noSuchEntity } from './errors.ts'
import { checkPolicy, sizeOf } from './policy-text.ts'

type Input = Record<string, string | undefined> & {
  Tags?: { Key?: string; Value?: string }[]
  TagKeys?: string[]
  MaxItems?: number
}

/**
 * The operations that roles and users have alike, named by the entity's word: PutRolePolicy and PutUserPolicy.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function identityOperations<T extends Identity>(kind: Kind<T>): Record<string, AnyOperation> {
  const { word } = kind
  const nameOf = (input: Input) => input[`${word}Name`]

  const entry = (
    action: string,
    run: Parameters<typeof internalOperation<Input, unknown>>[0]['run'],
    context: (input: Input) => NonNullable<Demand['context']> = () => ({}),
  ) => ({
    [action]: internalOperation<Input, unknown>({
      authorize: (input, { read, call }) => [demandOn(read, kind, call, action, nameOf(input), context(input))],
      run,
    }),
  })

  return {
    ...entry(`Put${word}Policy`, (input, { tx, call }) => {
      const document = checkPolicy(input.PolicyDocument, 'identity')
      change(tx, kind, call.account, nameOf(input), entity => {
        const inline = { ...entity.inline, [input.PolicyName ?? '']: document }
        const size = Object.values(inline).reduce((sum, text) => sum + sizeOf(text), 0)
        if (size > kind.policyLimit) {
          throw limitExceeded(
            `Maximum policy size of ${kind.policyLimit} bytes exceeded for ${word.toLowerCase()} ${nameOf(input)}`,
          )
        }
        return { ...entity, inline }
      })
      return {}
    }),
    ...entry(`Get${word}Policy`, (input, { tx, call }) => {
      const document = find(tx, kind, call.account, nameOf(input)).inline[input.PolicyName ?? '']
      if (document === undefined) throw noPolicy(word, input.PolicyName)
      return { [`${word}Name`]: nameOf(input), PolicyName: input.PolicyName, PolicyDocument: encoded(document) }
    }),
    ...entry(`Delete${word}Policy`, (input, { tx, call }) => {
      change(tx, kind, call.account, nameOf(input), entity => {
        const { [input.PolicyName ?? '']: removed, ...inline } = entity.inline
        if (removed === undefined) throw noPolicy(word, input.PolicyName)
        return { ...entity, inline }
      })
      return {}
    }),
    ...entry(`List${word}Policies`, (input, { tx, call }) => {
      const { items, ...rest } = page(Object.keys(find(tx, kind, call.account, nameOf(input)).inline), input as never)
      return { PolicyNames: items, ...rest }
    }),
    ...entry(
      `Attach${word}Policy`,
      (input, { tx, call }) => {
        const arn = attachable(tx, call.account, input.PolicyArn)
        change(tx, kind, call.account, nameOf(input), entity => ({
          ...entity,
          attached: [...new Set([...entity.attached, arn])],
        }))
        return {}
      },
      input => ({ 'iam:PolicyARN': input.PolicyArn }),
    ),
    ...entry(
      `Detach${word}Policy`,
      (input, { tx, call }) => {
        change(tx, kind, call.account, nameOf(input), entity => {
          if (!entity.attached.includes(input.PolicyArn ?? ''))
            throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`)
          return { ...entity, attached: entity.attached.filter(arn => arn !== input.PolicyArn) }
        })
        return {}
      },
      input => ({ 'iam:PolicyARN': input.PolicyArn }),
    ),
    ...entry(`ListAttached${word}Policies`, (input, { tx, call }) => {
      const attached = find(tx, kind, call.account, nameOf(input)).attached
      const { items, ...rest } = page(attached, input as never)
      return {
        AttachedPolicies: items.map(PolicyArn => ({ PolicyArn, PolicyName: PolicyArn.split('/').at(-1) })),
        ...rest,
      }
    }),
    ...entry(
      `Put${word}PermissionsBoundary`,
      (input, { tx, call }) => {
        const boundary = attachable(tx, call.account, input.PermissionsBoundary)
        change(tx, kind, call.account, nameOf(input), entity => ({ ...entity, boundary }))
        return {}
      },
      input => ({ 'iam:PermissionsBoundary': input.PermissionsBoundary }),
    ),
    ...entry(`Delete${word}PermissionsBoundary`, (input, { tx, call }) => {
      change(tx, kind, call.account, nameOf(input), ({ boundary: _removed, ...entity }) => entity as T)
      return {}
    }),
    ...entry(
      `Tag${word}`,
      (input, { tx, call }) => {
        change(tx, kind, call.account, nameOf(input), entity => ({
          ...entity,
          tags: { ...entity.tags, ...tagsOf(input.Tags) },
        }))
        return {}
      },
      input => requestTags(tagsOf(input.Tags)),
    ),
    ...entry(
      `Untag${word}`,
      (input, { tx, call }) => {
        change(tx, kind, call.account, nameOf(input), entity => ({
          ...entity,
          tags: withoutTags(entity.tags, input.TagKeys),
        }))
        return {}
      },
      input => tagKeys(input.TagKeys),
    ),
    ...entry(`List${word}Tags`, (input, { tx, call }) => {
      const { items, ...rest } = page(tagList(find(tx, kind, call.account, nameOf(input)).tags), input as never)
      return { Tags: items, ...rest }
    }),
  }
}

const noPolicy = (word: string, name: string | undefined) =>
  noSuchEntity(`The ${word.toLowerCase()} policy with name ${name} cannot be found.`)
