/**
 * Security Token Service.
 *
 * Gaps: AssumeRoleWithSAML, AssumeRoleWithWebIdentity, AssumeRoot and GetFederationToken are refused by name; there are no
 * MFA devices, so that a session of GetSessionToken never reaches IAM.
 * By design: a session's policies are enforced on every later call; expired sessions are removed when new ones are made;
 * a session belongs to the role or user of that day, not to a later one of the same name.
 * Client quirks: GetCallerIdentity needs no permission, as on AWS, and cannot be denied.
 */
import type { Service } from '../../gate/index.ts'
import { assumeRole } from './assume-role.ts'
import { decodeAuthorizationMessage, getAccessKeyInfo, getCallerIdentity, getSessionToken } from './identity.ts'

export const stsService: Service = {
  name: 'sts',
  sdk: [() => import('@aws-sdk/client-sts').then(sdk => ({ module: sdk, client: sdk.STSClient }))],
  denied: 'AccessDenied',
  operations: {
    AssumeRole: assumeRole,
    DecodeAuthorizationMessage: decodeAuthorizationMessage,
    GetAccessKeyInfo: getAccessKeyInfo,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
}
