import type { Properties, ResourceIo, ResourceType } from '../../../gate/index.ts'
import { unlessGone } from './gone.ts'
import { type Holder, role, user } from './holder.ts'
import { documentOf, namesOf, refuse, same, without } from './property.ts'

const holders: [string, Holder][] = [
  ['Roles', role],
  ['Users', user],
]

async function put(properties: Properties, previous: Properties, io: ResourceIo) {
  const name = String(properties.PolicyName)
  const changed = name !== previous.PolicyName || !same(properties.PolicyDocument, previous.PolicyDocument)
  for (const [property, holder] of holders) {
    const [now, before] = [namesOf(properties[property]), namesOf(previous[property])]
    for (const owner of changed ? now : without(now, before)) {
      await holder.put(io, owner, name, documentOf(properties.PolicyDocument))
    }
    const formerName = String(previous.PolicyName)
    for (const owner of name === formerName ? without(before, now) : before)
      await unlessGone(holder.remove(io, owner, formerName))
  }
}

/** An inline policy of roles and users. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
export const policyType: ResourceType = {
  type: 'AWS::IAM::Policy',
  async create(properties, io) {
    refuse('AWS::IAM::Policy', properties, ['Groups'])
    const physicalId = io.name(64)
    io.made(physicalId)
    await put(properties, {}, io)
    return { physicalId, attributes: { Id: physicalId } }
  },
  async update(physicalId, properties, previous, io) {
    refuse('AWS::IAM::Policy', properties, ['Groups'])
    await put(properties, previous, io)
    return { physicalId, attributes: { Id: physicalId } }
  },
  async delete(_physicalId, properties, io) {
    for (const [property, holder] of holders) {
      for (const owner of namesOf(properties[property]))
        await unlessGone(holder.remove(io, owner, String(properties.PolicyName)))
    }
  },
}
