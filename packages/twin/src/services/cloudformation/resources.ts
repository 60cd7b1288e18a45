import { createHash } from 'node:crypto'
import type { ResourceType } from '../../gate/index.ts'

/** A name for what exists nowhere but in its stack. */
const label = (stack: string, id: string) => createHash('sha256').update(`${stack}/${id}`).digest('hex').slice(0, 8)

/** What the CDK writes into a template to count its own use: accepted, and counted by nobody. */
const metadata: ResourceType = {
  type: 'AWS::CDK::Metadata',
  create: async (_properties, io) => ({ physicalId: label(io.stackName, io.logicalId), attributes: {} }),
  update: async physicalId => ({ physicalId, attributes: {} }),
  delete: async () => {},
}

/** Serves as a resource that does nothing; what would signal it, AWS::CloudFormation::WaitCondition, is refused by name. */
const waitConditionHandle: ResourceType = {
  type: 'AWS::CloudFormation::WaitConditionHandle',
  async create(_properties, io) {
    const physicalId = `https://cloudformation-waitcondition-${io.region}.s3.amazonaws.com/${io.name(120)}`
    return { physicalId, attributes: {} }
  },
  update: async physicalId => ({ physicalId, attributes: {} }),
  delete: async () => {},
}

export const cloudFormationResourceTypes: ResourceType[] = [metadata, waitConditionHandle]
