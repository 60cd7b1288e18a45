/**
 * Security Token Service.
 *
 * Gaps: AssumeRoleWithSAML, AssumeRoleWithWebIdentity, AssumeRoot and GetFederationToken are refused by name.
 * By design: a session's policies are enforced on every later call; expired sessions are removed when new ones are made.
 * Client quirks: GetCallerIdentity needs no permission, as on AWS, and cannot be denied.
 */
import * as sts from '@aws-sdk/client-sts'
import type { Service } from '../../gate/index.ts'
import { assumeRole } from './assume-role.ts'
import { decodeAuthorizationMessage, getAccessKeyInfo, getCallerIdentity, getSessionToken } from './identity.ts'

export const stsService: Service = {
  name: 'sts',
  sdk: [{ module: sts, client: sts.STSClient }],
  denied: 'AccessDenied',
  operations: {
    AssumeRole: assumeRole,
    DecodeAuthorizationMessage: decodeAuthorizationMessage,
    GetAccessKeyInfo: getAccessKeyInfo,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
}
