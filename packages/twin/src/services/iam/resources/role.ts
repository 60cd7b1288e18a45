import type { Properties, Resource, ResourceType } from '../../../gate/index.ts'
import { unlessGone } from './gone.ts'
import { applyPolicies, applyRest, role } from './holder.ts'
import { documentOf, tagsOf, textOf } from './property.ts'

const resource = (
  found: { RoleName?: string | undefined; Arn?: string | undefined; RoleId?: string | undefined } | undefined,
): Resource => ({
  physicalId: found?.RoleName ?? '',
  attributes: { Arn: found?.Arn, RoleId: found?.RoleId },
})

const duration = (properties: Properties) =>
  properties.MaxSessionDuration === undefined ? undefined : Number(properties.MaxSessionDuration)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export const roleType: ResourceType = {
  type: 'AWS::IAM::Role',
  async create(properties, io) {
    const RoleName = textOf(properties.RoleName) ?? io.name(64)
    const tags = tagsOf(properties.Tags)
    const { Role } = await io.invoke('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: documentOf(properties.AssumeRolePolicyDocument),
      Description: textOf(properties.Description),
      MaxSessionDuration: duration(properties),
      Path: textOf(properties.Path),
      PermissionsBoundary: textOf(properties.PermissionsBoundary),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    })
    io.made(RoleName)
    await applyPolicies(role, RoleName, properties, {}, io)
    return resource(Role)
  },
  async update(RoleName, properties, previous, io) {
    const trust = documentOf(properties.AssumeRolePolicyDocument)
    if (trust !== documentOf(previous.AssumeRolePolicyDocument)) {
      await io.invoke('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust })
    }
    const described = properties.Description !== previous.Description || duration(properties) !== duration(previous)
    if (described) {
      const Description = textOf(properties.Description) ?? ''
      await io.invoke('iam', 'UpdateRole', { RoleName, Description, MaxSessionDuration: duration(properties) ?? 3600 })
    }
    await applyPolicies(role, RoleName, properties, previous, io)
    await applyRest(role, RoleName, properties, previous, io)
    const { Role } = await io.invoke('iam', 'GetRole', { RoleName })
    return resource(Role)
  },
  async delete(RoleName, properties, io) {
    await applyPolicies(role, RoleName, {}, properties, io)
    await unlessGone(io.invoke('iam', 'DeleteRole', { RoleName }))
  },
}
