import { principalOf, servicePrincipal } from './authenticate.ts'
import type { Assume, Env } from './operation.ts'
import type { Principal } from './principal.ts'

/** A service takes a role as AWS does: sts:AssumeRole as the service principal, decided by the role's trust policy. */
export async function assume(env: Env, service: string, role: string, options: Assume): Promise<Principal> {
  const account = role.split(':')[4] ?? ''
  const output = await env.invoke(
    servicePrincipal(service),
    'sts',
    'AssumeRole',
    {
      RoleArn: role,
      RoleSessionName: options.session,
      ...(options.policy === undefined ? {} : { Policy: options.policy }),
      ...(options.seconds === undefined ? {} : { DurationSeconds: options.seconds }),
    },
    {
      account,
      region: options.region,
      cause: options.cause,
      source: options.source ?? { account },
      ...(options.token === undefined ? {} : { token: options.token }),
    },
  )
  return { ...principalOf(env.store, output.Credentials?.AccessKeyId ?? '', env.clock), cause: options.cause }
}
