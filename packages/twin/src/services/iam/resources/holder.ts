import type { Properties, ResourceIo } from '../../../gate/index.ts'
import { unlessGone } from './gone.ts'
import { documentOf, namesOf, same, tagsOf, textOf, without } from './property.ts'

/** The calls that differ between roles and users only in their name. */
export interface Holder {
  put(io: ResourceIo, name: string, policy: string, document: string): Promise<unknown>
  remove(io: ResourceIo, name: string, policy: string): Promise<unknown>
  attach(io: ResourceIo, name: string, arn: string): Promise<unknown>
  detach(io: ResourceIo, name: string, arn: string): Promise<unknown>
  bound(io: ResourceIo, name: string, arn: string): Promise<unknown>
  unbound(io: ResourceIo, name: string): Promise<unknown>
  tag(io: ResourceIo, name: string, tags: { Key: string; Value: string }[]): Promise<unknown>
  untag(io: ResourceIo, name: string, keys: string[]): Promise<unknown>
}

export const role: Holder = {
  put: (io, RoleName, PolicyName, PolicyDocument) =>
    io.invoke('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument }),
  remove: (io, RoleName, PolicyName) => io.invoke('iam', 'DeleteRolePolicy', { RoleName, PolicyName }),
  attach: (io, RoleName, PolicyArn) => io.invoke('iam', 'AttachRolePolicy', { RoleName, PolicyArn }),
  detach: (io, RoleName, PolicyArn) => io.invoke('iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
  bound: (io, RoleName, PermissionsBoundary) =>
    io.invoke('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary }),
  unbound: (io, RoleName) => io.invoke('iam', 'DeleteRolePermissionsBoundary', { RoleName }),
  tag: (io, RoleName, Tags) => io.invoke('iam', 'TagRole', { RoleName, Tags }),
  untag: (io, RoleName, TagKeys) => io.invoke('iam', 'UntagRole', { RoleName, TagKeys }),
}

export const user: Holder = {
  put: (io, UserName, PolicyName, PolicyDocument) =>
    io.invoke('iam', 'PutUserPolicy', { UserName, PolicyName, PolicyDocument }),
  remove: (io, UserName, PolicyName) => io.invoke('iam', 'DeleteUserPolicy', { UserName, PolicyName }),
  attach: (io, UserName, PolicyArn) => io.invoke('iam', 'AttachUserPolicy', { UserName, PolicyArn }),
  detach: (io, UserName, PolicyArn) => io.invoke('iam', 'DetachUserPolicy', { UserName, PolicyArn }),
  bound: (io, UserName, PermissionsBoundary) =>
    io.invoke('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary }),
  unbound: (io, UserName) => io.invoke('iam', 'DeleteUserPermissionsBoundary', { UserName }),
  tag: (io, UserName, Tags) => io.invoke('iam', 'TagUser', { UserName, Tags }),
  untag: (io, UserName, TagKeys) => io.invoke('iam', 'UntagUser', { UserName, TagKeys }),
}

const inlineOf = (properties: Properties): Record<string, string> =>
  Object.fromEntries(
    ((properties.Policies ?? []) as { PolicyName: string; PolicyDocument: unknown }[]).map(policy => [
      policy.PolicyName,
      documentOf(policy.PolicyDocument),
    ]),
  )

/** Puts policies from what they were to what they are to be; from nothing after a creation. */
export async function applyPolicies(
  holder: Holder,
  name: string,
  properties: Properties,
  previous: Properties,
  io: ResourceIo,
) {
  const [now, before] = [inlineOf(properties), inlineOf(previous)]
  for (const [policy, document] of Object.entries(now)) {
    if (before[policy] !== document) await holder.put(io, name, policy, document)
  }
  for (const policy of without(Object.keys(before), Object.keys(now))) await unlessGone(holder.remove(io, name, policy))
  const [attached, formerly] = [namesOf(properties.ManagedPolicyArns), namesOf(previous.ManagedPolicyArns)]
  for (const arn of without(attached, formerly)) await holder.attach(io, name, arn)
  for (const arn of without(formerly, attached)) await unlessGone(holder.detach(io, name, arn))
}

/** What a creation hands over in its first call. */
export async function applyRest(
  holder: Holder,
  name: string,
  properties: Properties,
  previous: Properties,
  io: ResourceIo,
) {
  const boundary = textOf(properties.PermissionsBoundary)
  if (boundary !== textOf(previous.PermissionsBoundary)) {
    if (boundary === undefined) await holder.unbound(io, name)
    else await holder.bound(io, name, boundary)
  }
  const [tags, before] = [tagsOf(properties.Tags), tagsOf(previous.Tags)]
  const gone = without(
    before.map(({ Key }) => Key),
    tags.map(({ Key }) => Key),
  )
  if (gone.length > 0) await holder.untag(io, name, gone)
  const changed = tags.filter(tag => !before.some(former => same(former, tag)))
  if (changed.length > 0) await holder.tag(io, name, changed)
}
