import type { Decision } from '@tripoint/iam'
import { type Cause, type Reader, type Tx, table } from '../engine/index.ts'
import type { Call, Demand } from './operation.ts'

export interface Verdict {
  action: string
  resource: string
  account: string
  allowed: boolean
  /** The statements that allowed on each side, or the one that denied. */
  decidedBy: Decision['decidedBy']
  /** What would have been needed, on which side. */
  missing: Decision['missing']
}

/** One call, as the audit keeps it. It holds no input and no output: they may carry secrets. */
export interface AuditEntry {
  number: number
  at: number
  requestId: string
  service: string
  operation: string
  region: string
  account: string
  /** The caller as AWS prints it; of an assumed role also the role. */
  principal: string
  role?: string
  via: readonly string[]
  verdicts: Verdict[]
  /** `ok`, or AWS's error code. */
  outcome: string
  message?: string
  cause: Cause
}

/**
 * [number of the last entry]. The notes that one commit takes along are one record: as a thousand they took 11 µs each, so 4,
 * and twice the room.
 */
const log = table<AuditEntry | AuditEntry[]>('audit')

export interface Audit {
  /** Joins the transaction of a change. */
  write(tx: Tx, entry: Omit<AuditEntry, 'number'>): void
  /** For calls that change nothing: kept in memory until the next change or `flush`. */
  note(entry: Omit<AuditEntry, 'number'>): void
  pending(): readonly AuditEntry[]
}

export function audit(read: Reader): Audit & { drain(tx: Tx): void } {
  const newest = log.entries(read, [], { reverse: true, limit: 1 }).next()
  let number = newest.done === true ? 0 : Number(newest.value[0][0])
  let noted: AuditEntry[] = []
  /** The last that a change under way takes along: the next one of the same commit need not. */
  let draining = 0
  const drain = (tx: Tx) => {
    const last = noted.at(-1)?.number ?? 0
    if (last <= draining) return
    log.put(tx, [last], noted)
    draining = last
    tx.undone(() => {
      draining = 0
    })
    tx.after(() => {
      noted = noted.filter(({ number }) => number > last)
    })
  }
  return {
    drain,
    pending: () => noted,
    note: entry => void noted.push({ number: ++number, ...entry }),
    write(tx, entry) {
      const next = { number: ++number, ...entry }
      log.put(tx, [next.number], next)
    },
  }
}

/** Entries in order, those not yet on disk included. */
export function* auditEntries(read: Reader, pending: readonly AuditEntry[], after = 0): Generator<AuditEntry> {
  let last = after
  const waiting = [...pending].filter(entry => entry.number > after)
  for (const [, record] of log.entries(read, [], { after })) {
    for (const entry of [record].flat()) {
      if (entry.number <= after) continue
      while (waiting[0] !== undefined && waiting[0].number < entry.number) yield waiting.shift() as AuditEntry
      last = entry.number
      if (waiting[0]?.number === entry.number) waiting.shift()
      yield entry
    }
  }
  for (const entry of waiting) if (entry.number > last) yield entry
}

export const verdictOf = (demand: Demand, account: string, decision: Decision): Verdict => ({
  action: demand.action,
  resource: demand.resource,
  account,
  allowed: decision.allowed,
  decidedBy: decision.decidedBy,
  missing: decision.missing,
})

export const entryOf = (
  call: Call,
  verdicts: Verdict[],
  outcome: string,
  message?: string,
): Omit<AuditEntry, 'number'> => ({
  at: call.now,
  requestId: call.requestId,
  service: call.service,
  operation: call.operation,
  region: call.region,
  account: call.account,
  principal: call.principal.service ?? call.principal.arn,
  ...(call.principal.roleArn === undefined ? {} : { role: call.principal.roleArn }),
  via: call.via,
  verdicts,
  outcome,
  ...(message === undefined ? {} : { message }),
  cause: call.cause,
})
