import { because, type Cause, type Tx } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { deliveryWork } from './delivery.ts'
import type { Envelope } from './envelope.ts'
import { type Json, type Pattern, parsePattern } from './pattern.ts'
import { rules } from './rule.ts'

/** Patterns are checked when a rule is put; parsing them again on each event is what this saves. */
const parsed = new Map<string, Pattern>()

const patternOf = (text: string): Pattern => {
  const known = parsed.get(text) ?? parsePattern(text)
  if (parsed.size > 1000) parsed.clear()
  parsed.set(text, known)
  return known
}

/** Decides in the transaction that emits the event; each delivery is a durable work that begins with its commit. */
export function route(
  tx: Tx,
  env: Env,
  bus: { account: string; region: string; name: string },
  event: Envelope,
  cause: Cause,
): void {
  for (const rule of rules.list(tx, bus.account, bus.region, bus.name)) {
    // The service that manages a rule hears of its events without a target.
    if (rule.state === 'DISABLED' || rule.managedBy !== undefined) continue
    if (!patternOf(rule.pattern)(event as unknown as Json)) continue
    for (const target of rule.targets) {
      env.works.start(tx, {
        id: `events/${event.id}/${rule.arn}/${target.Id}`,
        kind: deliveryWork.kind,
        state: {
          rule: { arn: rule.arn, name: rule.name, account: rule.account, region: rule.region },
          target,
          event,
          attempts: 0,
        },
        cause: because(cause, { kind: 'event', id: rule.arn, name: rule.name }),
      })
    }
  }
}
