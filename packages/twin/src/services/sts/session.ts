import { AwsError, type Tx, table } from '../../engine/index.ts'
import { type Env, type Session, sessions } from '../../gate/index.ts'

/** Key ids by the time at which their sessions expire. */
const ends = table<true>('sts/end') // [expires, access key id]

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
  for (const [[expires = 0, key = '']] of [...ends.entries(tx, [], { limit: swept })]) {
    if (Number(expires) >= now) break
    ends.delete(tx, expires, key)
    sessions.delete(tx, key)
  }
  const whole: Session = {
    accessKeyId: `ASIA${env.ids.base32(16)}`,
    secret: Buffer.from(env.ids.bytes(30)).toString('base64'),
    token: Buffer.from(env.ids.bytes(96)).toString('base64'),
    issued: now,
    ...session,
  }
  ends.put(tx, [whole.expires, whole.accessKeyId], true)
  return sessions.put(tx, [whole.accessKeyId], whole)
}

export const credentialsOf = ({ accessKeyId, secret, token, expires }: Session) => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secret,
  SessionToken: token,
  Expiration: new Date(expires),
})
