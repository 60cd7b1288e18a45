import {
  type Access,
  identityStatements,
  type Names,
  type OwnedRole,
  type Template,
  trustStatements,
} from '@tripoint/pipeline'
import type { PlannedResource } from './planned-resource.ts'
import { policyDocument, type Statements } from './policy.ts'

/** Its policy is written inline: a role is never there without its rights. */
export function roleResource(
  owned: OwnedRole,
  access: readonly Access[],
  names: Names,
  keyArn: Template,
): PlannedResource {
  const { role, logicalId, description } = owned
  const trust = trustStatements(access, role.arn)
  const identity = identityStatements(access, role.arn)
  return {
    logicalId,
    type: 'AWS::IAM::Role',
    properties: {
      RoleName: role.name,
      Description: description,
      AssumeRolePolicyDocument: policyDocument(trust.length > 0 ? trust : nobody(owned), names, keyArn),
      ...(identity.length > 0
        ? { Policies: [{ PolicyName: 'access', PolicyDocument: policyDocument(identity, names, keyArn) }] }
        : {}),
    },
  }
}

/** A trust policy has to say something: here, that only who has the role already may take it. */
const nobody = ({ role, account }: OwnedRole): Statements => [
  {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
    Condition: { ArnEquals: { 'aws:PrincipalArn': role.arn } },
  },
]
