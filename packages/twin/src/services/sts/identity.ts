import type * as sts from '@aws-sdk/client-sts'
import { AwsError } from '../../engine/index.ts'
import { accessKeys, operation, sessions } from '../../gate/index.ts'
import { checkDuration, credentialsOf, invalid, issue } from './session.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required" */
export const getCallerIdentity = operation<typeof sts, 'GetCallerIdentity'>({
  authorize: () => [],
  run: (_input, { call }) => ({
    UserId: call.principal.uniqueId,
    Account: call.principal.account,
    Arn: call.principal.arn,
  }),
})

/** Root's session is good for an hour at most. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
function lifetime(asked: number | undefined, root: boolean): number {
  if (asked !== undefined) checkDuration(asked, 129_600)
  return root ? Math.min(asked ?? 3600, 3600) : (asked ?? 43_200)
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html: needs no permission, not for sessions */
export const getSessionToken = operation<typeof sts, 'GetSessionToken'>({
  authorize(_input, { call }) {
    if (call.principal.type === 'assumed-role' || call.principal.accessKeyId?.startsWith('ASIA')) {
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 })
    }
    return []
  },
  run(input, { tx, call, env }) {
    const { principal } = call
    const session = issue(tx, env, {
      expires: call.now + lifetime(input.DurationSeconds, principal.type === 'root') * 1000,
      account: principal.account,
      ...(principal.type === 'user' ? { user: principal.arn.split('/').at(-1) ?? '', owner: principal.uniqueId } : {}),
      policies: [],
      tags: {},
      cause: [],
    })
    return {
      Credentials: credentialsOf(session),
    }
  },
})

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
export const getAccessKeyInfo = operation<typeof sts, 'GetAccessKeyInfo'>({
  authorize: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
  run(input, { tx }) {
    const id = input.AccessKeyId ?? ''
    const account = (sessions.get(tx, id) ?? accessKeys.get(tx, id))?.account
    if (account === undefined) throw invalid(`Invalid Access Key Id: ${id}`)
    return { Account: account }
  },
})

/** The twin's denials are not encoded: there is no message of its own to decode. */
export const decodeAuthorizationMessage = operation<typeof sts, 'DecodeAuthorizationMessage'>({
  authorize: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*' }],
  run() {
    throw new AwsError('InvalidAuthorizationMessageException', 'The specified encoded message is invalid')
  },
})
