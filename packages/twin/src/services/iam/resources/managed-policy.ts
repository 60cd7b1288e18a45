import type { Properties, Resource, ResourceIo, ResourceType } from '../../../gate/index.ts'
import { unlessGone } from './gone.ts'
import { type Holder, role, user } from './holder.ts'
import { documentOf, namesOf, refuse, same, textOf, without } from './property.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const mostVersions = 5

const holders: [string, Holder][] = [
  ['Roles', role],
  ['Users', user],
]

async function attach(arn: string, properties: Properties, previous: Properties, io: ResourceIo) {
  for (const [property, holder] of holders) {
    const [now, before] = [namesOf(properties[property]), namesOf(previous[property])]
    for (const owner of without(now, before)) await holder.attach(io, owner, arn)
    for (const owner of without(before, now)) await unlessGone(holder.detach(io, owner, arn))
  }
}

async function resource(PolicyArn: string, io: ResourceIo): Promise<Resource> {
  const { Policy } = await io.invoke('iam', 'GetPolicy', { PolicyArn })
  return {
    physicalId: PolicyArn,
    attributes: {
      PolicyArn,
      PolicyId: Policy?.PolicyId,
      AttachmentCount: Policy?.AttachmentCount,
      DefaultVersionId: Policy?.DefaultVersionId,
      IsAttachable: Policy?.IsAttachable,
      PermissionsBoundaryUsageCount: Policy?.PermissionsBoundaryUsageCount,
      CreateDate: Policy?.CreateDate?.toISOString(),
      UpdateDate: Policy?.UpdateDate?.toISOString(),
    },
  }
}

async function versionsOf(PolicyArn: string, io: ResourceIo) {
  const { Versions = [] } = await io.invoke('iam', 'ListPolicyVersions', { PolicyArn })
  return Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion)
    .map(({ VersionId = '' }) => VersionId)
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html */
export const managedPolicyType: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  async create(properties, io) {
    refuse('AWS::IAM::ManagedPolicy', properties, ['Groups'])
    const { Policy } = await io.invoke('iam', 'CreatePolicy', {
      PolicyName: textOf(properties.ManagedPolicyName) ?? io.name(128),
      PolicyDocument: documentOf(properties.PolicyDocument),
      Description: textOf(properties.Description),
      Path: textOf(properties.Path),
    })
    const arn = Policy?.Arn ?? ''
    io.made(arn)
    await attach(arn, properties, {}, io)
    return resource(arn, io)
  },
  async update(PolicyArn, properties, previous, io) {
    refuse('AWS::IAM::ManagedPolicy', properties, ['Groups'])
    if (!same(properties.PolicyDocument, previous.PolicyDocument)) {
      const old = await versionsOf(PolicyArn, io)
      const [oldest] = old
      if (old.length >= mostVersions - 1 && oldest !== undefined) {
        await io.invoke('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: oldest })
      }
      const PolicyDocument = documentOf(properties.PolicyDocument)
      await io.invoke('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true })
    }
    await attach(PolicyArn, properties, previous, io)
    return resource(PolicyArn, io)
  },
  async delete(PolicyArn, properties, io) {
    await attach(PolicyArn, {}, properties, io)
    await unlessGone(remove(PolicyArn, io))
  },
}

async function remove(PolicyArn: string, io: ResourceIo) {
  for (const VersionId of await versionsOf(PolicyArn, io)) {
    await io.invoke('iam', 'DeletePolicyVersion', { PolicyArn, VersionId })
  }
  await io.invoke('iam', 'DeletePolicy', { PolicyArn })
}
