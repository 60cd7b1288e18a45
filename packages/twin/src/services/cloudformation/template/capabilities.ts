import { AwsError, own } from '../../../engine/index.ts'
import type { Template } from './template.ts'

/** IAM's types by the property that gives them a custom name. */
const iam: Record<string, string | undefined> = {
  'AWS::IAM::AccessKey': undefined,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::GroupPolicy': undefined,
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::RolePolicy': undefined,
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserPolicy': undefined,
  'AWS::IAM::UserToGroupAddition': undefined,
}

export interface Needed {
  capabilities: ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM')[]
  reason?: string
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html#using-iam-capabilities */
export function neededCapabilities(template: Template): Needed {
  const resources = Object.values(template.resources).filter(({ type }) => type in iam)
  if (resources.length === 0) return { capabilities: [] }
  const named = resources.some(({ type, properties }) => {
    const name = own(iam, type)
    return name !== undefined && properties[name] !== undefined
  })
  const types = [...new Set(resources.map(({ type }) => type))]
  return {
    capabilities: [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
    reason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  }
}

export function checkCapabilities(template: Template, given: readonly string[]) {
  const { capabilities } = neededCapabilities(template)
  const missing = capabilities.filter(
    name => !given.includes(name) && !(name === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')),
  )
  if (missing.length > 0) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`)
  }
}
