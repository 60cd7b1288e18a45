import { isAwsError } from '../engine/index.ts'
import { principalOf, servicePrincipal } from './authenticate.ts'
import type { Assume, Env } from './operation.ts'
import type { Principal } from './principal.ts'

/** A service takes a role as AWS does: sts:AssumeRole as the service principal, decided by the role's trust policy. */
export async function assume(env: Env, service: string, role: string, options: Assume): Promise<Principal> {
  const account = role.split(':')[4] ?? ''
  const input = {
    RoleArn: role,
    RoleSessionName: options.session,
    ...(options.policy === undefined ? {} : { Policy: options.policy }),
    ...(options.seconds === undefined ? {} : { DurationSeconds: options.seconds }),
  }
  const { region, cause, source = { account } } = options
  for (let token = options.token; ; token = `${token}+`) {
    const tokened = token === undefined ? {} : { token }
    const asked = { account, region, cause, source, ...tokened }
    const { Credentials } = await env.invoke(servicePrincipal(service), 'sts', 'AssumeRole', input, asked)
    try {
      return { ...principalOf(env.store, Credentials?.AccessKeyId ?? '', env.clock), cause }
    } catch (error) {
      // A step that was cut off long ago is answered with the session of then: it takes another.
      if (token === undefined || !isAwsError(error, 'ExpiredToken')) throw error
    }
  }
}
