import { wildcard } from '@tripoint/iam'
import { accountOfArn, nameOfArn } from '@tripoint/pipeline'
import type { World } from '../world/world.ts'

/** A role as the access list names it, from its ARN alone. */
export const roleOf = (arn: string, label: string) => ({
  arn,
  name: nameOfArn(arn),
  label: `${label}:${nameOfArn(arn)}`,
})

export const isRole = (arn: string | undefined): arn is string =>
  arn !== undefined && /^arn:[\w-]{1,20}:iam::[^:]{1,200}:role\/./.test(arn)

export const ownerOf = (arn: string, otherwise: string): string => accountOfArn(arn) || otherwise

/** The account that a bucket is in: the template's that makes it. */
export const bucketOwner = (world: World, bucket: string, otherwise: string): string =>
  world.resources.find(resource => resource.type === 'AWS::S3::Bucket' && resource.name === bucket)?.account ??
  otherwise

/** A role that its trust policy gives to a service. */
export const trustsService = (world: World, arn: string, service: string): boolean =>
  world.principals
    .find(principal => principal.arn === arn)
    ?.trust?.policy.document.Statement.some(
      ({ Effect, Principal }) => Effect === 'Allow' && (Principal?.Service ?? []).includes(service),
    ) ?? false

/** Where a role's own policies allow an action: the resources that they name. */
export function allowedOn(world: World, arn: string, action: string): string[] {
  const identity = world.principals.find(principal => principal.arn === arn)?.identity ?? []
  const found = identity.flatMap(({ policy }) =>
    policy.document.Statement.filter(
      ({ Effect, Action }) =>
        Effect === 'Allow' && (Action ?? []).some(each => wildcard(each.toLowerCase())(action.toLowerCase())),
    ).flatMap(({ Resource }) => Resource ?? ['*']),
  )
  return [...new Set(found)]
}
