import type { AuditEntry } from '@tripoint/twin'
import type { Event } from '../report/event.ts'

/** A refused call as the operator of a twin wants to read it: AWS tells the client less. */
export function denialOf(entry: Omit<AuditEntry, 'number'>): Event {
  const verdict = entry.verdicts.find(({ allowed }) => !allowed)
  const step = entry.cause.findLast(({ kind }) => kind === 'action')?.name
  return {
    type: 'denied',
    principal: entry.role ?? entry.principal,
    action: verdict?.action ?? `${entry.service}:${entry.operation}`,
    resource: verdict?.resource ?? '*',
    missing: (verdict?.missing ?? []).map(({ side, why }) => `${side}: ${why}`),
    ...(step === undefined ? {} : { step }),
  }
}
