import { AwsError, type Tx } from '../../engine/index.ts'
import { type Env, type Session, sessions } from '../../gate/index.ts'

/** How many expired sessions one call clears away: keeps the table flat without a task of its own. */
const swept = 20

export const invalid = (text: string) => new AwsError('ValidationError', text)

/** In seconds. */
export function checkDuration(seconds: number, longest: number): void {
  if (seconds >= 900 && seconds <= longest) return
  throw invalid(
    `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and ${longest}`,
  )
}

export function issue(
  tx: Tx,
  env: Env,
  session: Omit<Session, 'accessKeyId' | 'secret' | 'token' | 'issued'>,
): Session {
  const now = env.clock.now()
  let seen = 0
  for (const [key, old] of [...sessions.entries(tx, [], { limit: swept })]) {
    if (old.expires < now && seen++ < swept) sessions.delete(tx, ...key)
  }
  const whole: Session = {
    accessKeyId: `ASIA${env.ids.base32(16)}`,
    secret: Buffer.from(env.ids.bytes(30)).toString('base64'),
    token: Buffer.from(env.ids.bytes(96)).toString('base64'),
    issued: now,
    ...session,
  }
  return sessions.put(tx, [whole.accessKeyId], whole)
}

export const credentialsOf = ({ accessKeyId, secret, token, expires }: Session) => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secret,
  SessionToken: token,
  Expiration: new Date(expires),
})
