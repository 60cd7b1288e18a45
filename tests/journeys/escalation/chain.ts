import * as sts from '@aws-sdk/client-sts'
import { sendAs } from './account.ts'
import type { Actor } from './actor.ts'
import { everything } from './path.ts'

/** A role as another takes it, the way the line itself does; with a session policy that allows everything, which adds nothing. */
export async function chained(from: Actor, to: Actor): Promise<Actor> {
  const { Credentials } = await from.send<sts.AssumeRoleCommandOutput>(
    'sts',
    new sts.AssumeRoleCommand({ RoleArn: to.arn, RoleSessionName: 'chained', Policy: everything }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  const connection = { ...to.connection, credentials }
  return { ...to, connection, send: sendAs(connection) }
}
