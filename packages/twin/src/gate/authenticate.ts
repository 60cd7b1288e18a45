import { AwsError, type Clock, type Reader } from '../engine/index.ts'
import { accessKeys, causeOfSession, type Principal, roles, sessions, users } from './principal.ts'

export interface Credential {
  secret: string
  sessionToken?: string
  expires?: number
}

/** The secret half of an access key, for the wire to verify a signature with. */
export function credential(read: Reader, accessKeyId: string): Credential | undefined {
  const session = sessions.get(read, accessKeyId)
  if (session !== undefined) return { secret: session.secret, sessionToken: session.token, expires: session.expires }
  const key = accessKeys.get(read, accessKeyId)
  return key?.active === true ? { secret: key.secret } : undefined
}

export const rootOf = (account: string): Principal => ({
  type: 'root',
  arn: `arn:aws:iam::${account}:root`,
  account,
  uniqueId: account,
  cause: [],
})

export const servicePrincipal = (service: string): Principal => ({
  type: 'service',
  arn: service,
  account: '',
  uniqueId: service,
  service,
  cause: [],
})

export const anonymous: Principal = {
  type: 'anonymous',
  arn: 'anonymous',
  account: '',
  uniqueId: 'anonymous',
  cause: [],
}

/** The principal of an access key whose signature has been verified. */
export function principalOf(read: Reader, accessKeyId: string, clock: Clock): Principal {
  const session = sessions.get(read, accessKeyId)
  if (session !== undefined && session.expires <= clock.now()) {
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired', { status: 403 })
  }
  if (session?.role !== undefined) {
    const name = session.role.split('/').at(-1) ?? ''
    const role = roles.get(read, session.account, name)
    if (role === undefined || role.id !== session.owner) throw invalidToken()
    return {
      type: 'assumed-role',
      arn: `arn:aws:sts::${session.account}:assumed-role/${name}/${session.name}`,
      account: session.account,
      roleArn: session.role,
      uniqueId: `${role.id}:${session.name}`,
      accessKeyId,
      sessionPolicies: session.policies,
      cause: causeOfSession(read, session),
    }
  }
  const stored = accessKeys.get(read, accessKeyId)
  const key = session ?? (stored?.active === true ? stored : undefined)
  if (key === undefined) throw invalidToken()
  const policies = session === undefined ? {} : { sessionPolicies: session.policies }
  if (key.user === undefined) return { ...rootOf(key.account), accessKeyId, ...policies }
  const user = users.get(read, key.account, key.user)
  if (user === undefined || (session !== undefined && user.id !== session.owner)) throw invalidToken()
  return {
    type: 'user',
    arn: user.arn,
    account: key.account,
    uniqueId: user.id,
    accessKeyId,
    cause: session?.cause ?? [],
    ...policies,
  }
}

export const invalidToken = () =>
  new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', { status: 403 })
