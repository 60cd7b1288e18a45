import type { ResourceType } from '../../../gate/index.ts'
import { managedPolicyType } from './managed-policy.ts'
import { policyType } from './policy.ts'
import { roleType } from './role.ts'
import { userType } from './user.ts'

/** AWS::IAM::InstanceProfile, AWS::IAM::Group and the rest are refused by name, as their operations are. */
export const iamResourceTypes: ResourceType[] = [roleType, policyType, managedPolicyType, userType]
