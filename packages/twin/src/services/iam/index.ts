/**
 * Identity and Access Management.
 *
 * Gaps: groups, instance profiles, SAML and OIDC providers, login profiles, MFA and service-linked roles are refused by name.
 * By design: an edit takes effect at once; AWS's delay of seconds is not imitated.
 * Client quirks: policy documents are returned URL-encoded, as AWS does; the SDKs leave decoding to the caller.
 */
import type { Service } from '../../gate/index.ts'
import { roleKind, userKind } from './entity.ts'
import { identityOperations } from './identity-operations.ts'
import { managedPolicyOperations } from './managed-policy.ts'
import { roleOperations } from './role.ts'
import { userOperations } from './user.ts'

export const iamService: Service = {
  name: 'iam',
  sdk: [() => import('@aws-sdk/client-iam').then(sdk => ({ module: sdk, client: sdk.IAMClient }))],
  denied: 'AccessDenied',
  // IAM names an existing role or user by kind and name, and only what is to be created by its ARN.
  denial: (text, call) =>
    call.operation.startsWith('Create')
      ? text
      : text.replace(/arn:aws:iam::\d{12}:(role|user)\/(?:\S*\/)?(\S+)( because|$)/, '$1 $2$3'),
  operations: {
    ...roleOperations,
    ...userOperations,
    ...identityOperations(roleKind),
    ...identityOperations(userKind),
    ...managedPolicyOperations,
  },
}
