import { wildcard } from '@tripoint/iam'
import type { Access } from '@tripoint/pipeline'
import type { AuditEntry, Verdict } from '@tripoint/twin'

/** One allowed or denied demand of a call, as the audit shows it. */
export interface Observed {
  entry: AuditEntry
  verdict: Verdict
}

export interface Comparison {
  used: ReadonlyMap<string, number>
  unused: readonly Access[]
  /** Allowed to a principal of the list, and not on it. */
  unlisted: readonly Observed[]
}

const principalOf = (entry: AuditEntry) => entry.role ?? entry.principal
const nameOf = ({ principal }: Access) => (principal.kind === 'service' ? principal.name : principal.arn)

/** Is this demand what the entry of the list is about? */
export function meets(access: Access, { entry, verdict }: Observed): boolean {
  return (
    nameOf(access) === principalOf(entry) &&
    access.action === verdict.action &&
    access.account === verdict.account &&
    (access.resource === verdict.resource || wildcard(access.resource)(verdict.resource))
  )
}

/** Lays what was used beside what was derived. */
export function compare(list: readonly Access[], audit: Iterable<AuditEntry>): Comparison {
  const used = new Map<string, number>()
  const unlisted: Observed[] = []
  const byAction = Map.groupBy(list, access => `${nameOf(access)} ${access.action}`)
  // Services act for others too: theirs is what they do to a resource of the list.
  const persons = new Set(list.filter(({ principal }) => principal.kind !== 'service').map(nameOf))
  const resources = new Set(list.map(({ resource }) => resource))
  for (const entry of audit) {
    const principal = principalOf(entry)
    for (const verdict of entry.verdicts) {
      if (!verdict.allowed) continue
      const found = (byAction.get(`${principal} ${verdict.action}`) ?? []).filter(access =>
        meets(access, { entry, verdict }),
      )
      for (const { id } of found) used.set(id, (used.get(id) ?? 0) + 1)
      if (
        found.length === 0 &&
        (persons.has(principal) ||
          (entry.role === undefined && resources.has(verdict.resource) && !principal.startsWith('arn:')))
      ) {
        unlisted.push({ entry, verdict })
      }
    }
  }
  return { used, unused: list.filter(({ id }) => !used.has(id)), unlisted }
}
