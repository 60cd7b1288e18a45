import { type Access, type Definition, identityStatements, type Names, nameOfArn } from '@tripoint/pipeline'
import type { PlannedResource } from './planned-resource.ts'
import { policyDocument } from './policy.ts'

/** One managed policy for each person that the definition names; the person has to exist. */
export const peoplePolicies = (definition: Definition, names: Names, access: readonly Access[]): PlannedResource[] =>
  [...new Set(Object.values(definition.people).flat())].map((arn, index) => ({
    logicalId: `Person${index + 1}Policy`,
    type: 'AWS::IAM::ManagedPolicy',
    properties: {
      // A user and a role may have one name.
      ManagedPolicyName: `${names.pipeline}-${kindOf(arn)}-${nameOfArn(arn)}-${names.region}`,
      Description: `what ${nameOfArn(arn)} may do with ${names.pipeline}`,
      PolicyDocument: policyDocument(identityStatements(access, arn), names, { 'Fn::GetAtt': ['Key', 'Arn'] }),
      ...(kindOf(arn) === 'user' ? { Users: [nameOfArn(arn)] } : { Roles: [nameOfArn(arn)] }),
    },
  }))

const kindOf = (arn: string): 'user' | 'role' => (arn.includes(':user/') ? 'user' : 'role')
