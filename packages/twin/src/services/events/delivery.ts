import type { Target } from '@aws-sdk/client-eventbridge'
import { type AwsError, isAwsError, own, type WorkKind } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import type { Envelope } from './envelope.ts'
import { inputOf } from './input.ts'
import { targetKinds } from './target-kind.ts'

interface State {
  rule: { arn: string; name: string; account: string; region: string }
  target: Target
  event: Envelope
  attempts: number
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const defaultAttempts = 185
const backoff = (attempts: number) => Math.min(1000 * 2 ** attempts, 600_000)

const passing = ({ name, status }: AwsError) =>
  status !== 501 && (status >= 500 || /Throttl|TooManyRequests|Unavailable/.test(name))

export const deliveryWork: WorkKind<State, Env> = {
  kind: 'events/delivery',
  async step({ state, cause }, io, env) {
    const { rule, target, event, attempts } = state
    const kind = own(targetKinds, (target.Arn ?? '').split(':')[2] ?? '')
    const input = inputOf(target, { rule, event, ingested: event.time })
    try {
      await kind?.deliver({ target, event, input, rule, cause, token: io.token }, env)
    } catch (error) {
      if (!isAwsError(error)) throw error
      const text = `${error.name}: ${error.message}`
      // A refusal does not pass by itself: AWS drops the event at once (NO_PERMISSIONS, NO_RESOURCE).
      if (passing(error) && attempts < (target.RetryPolicy?.MaximumRetryAttempts ?? defaultAttempts)) {
        const at = env.clock.now() + backoff(attempts)
        return { state: { ...state, attempts: attempts + 1 }, next: { when: 'pause', at } }
      }
      env.log(`event ${event['detail-type']} was not delivered to ${target.Arn} by rule ${rule.name}: ${text}`)
    }
    return { state, next: { when: 'done' } }
  },
}
