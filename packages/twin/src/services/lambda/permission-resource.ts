import { type Honoured, isAwsError, refuseOthers } from '../../engine/index.ts'
import type { Properties, ResourceType } from '../../gate/index.ts'

const honoured: Honoured = {
  Action: true,
  EventSourceToken: true,
  FunctionName: true,
  Principal: true,
  PrincipalOrgID: true,
  SourceAccount: true,
  SourceArn: true,
}

const members = (properties: Properties): Record<string, string> => {
  refuseOthers(properties, honoured, 'AWS::Lambda::Permission')
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]))
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html: every change replaces. */
export const permissionResource: ResourceType = {
  type: 'AWS::Lambda::Permission',
  async create(properties, io) {
    const StatementId = io.name(100)
    const { FunctionName = '', Action = '', Principal = '', ...others } = members(properties)
    await io.invoke('lambda', 'AddPermission', { FunctionName, StatementId, Action, Principal, ...others })
    return { physicalId: StatementId, attributes: { Id: StatementId } }
  },
  async delete(StatementId, properties, io) {
    const FunctionName = String(properties.FunctionName)
    try {
      await io.invoke('lambda', 'RemovePermission', { FunctionName, StatementId })
    } catch (error) {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error
    }
  },
}
