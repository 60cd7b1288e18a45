import type { ResourceType } from '../../../gate/index.ts'
import { unlessGone } from './gone.ts'
import { applyPolicies, applyRest, user } from './holder.ts'
import { refuse, tagsOf, textOf } from './property.ts'

const missing = ['Groups', 'LoginProfile']

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html */
export const userType: ResourceType = {
  type: 'AWS::IAM::User',
  async create(properties, io) {
    refuse('AWS::IAM::User', properties, missing)
    const UserName = textOf(properties.UserName) ?? io.name(64)
    const tags = tagsOf(properties.Tags)
    const { User } = await io.invoke('iam', 'CreateUser', {
      UserName,
      Path: textOf(properties.Path),
      PermissionsBoundary: textOf(properties.PermissionsBoundary),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    })
    io.made(UserName)
    await applyPolicies(user, UserName, properties, {}, io)
    return { physicalId: UserName, attributes: { Arn: User?.Arn } }
  },
  async update(UserName, properties, previous, io) {
    refuse('AWS::IAM::User', properties, missing)
    if (properties.Path !== previous.Path)
      refuse('AWS::IAM::User (changed)', { Path: properties.Path ?? '/' }, ['Path'])
    await applyPolicies(user, UserName, properties, previous, io)
    await applyRest(user, UserName, properties, previous, io)
    const { User } = await io.invoke('iam', 'GetUser', { UserName })
    return { physicalId: UserName, attributes: { Arn: User?.Arn } }
  },
  async delete(UserName, properties, io) {
    await applyPolicies(user, UserName, {}, properties, io)
    await unlessGone(io.invoke('iam', 'DeleteUser', { UserName }))
  },
}
