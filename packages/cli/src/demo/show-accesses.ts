import type { Access } from '@tripoint/pipeline'
import type { AuditEntry } from '@tripoint/twin'
import { absence, who } from '../line/access-table.ts'
import { compare } from '../line/observed.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'

/** Derived beside used, per hop. What this run had no occasion for is named with its occasion; any other difference throws. */
export function showAccesses(list: readonly Access[], audit: Iterable<AuditEntry>, report: Report): void {
  const { used, unused, unlisted } = compare(list, audit)
  report({
    type: 'table',
    columns: ['hop', 'principal', 'derived', 'used'],
    rows: [...Map.groupBy(list, access => `${access.hop}\n${who(access)}`)].map(([key, entries]) => {
      const [hop = '', principal = ''] = key.split('\n')
      return [hop, principal, String(entries.length), String(entries.filter(({ id }) => used.has(id)).length)]
    }),
  })
  const waiting = unused.filter(({ absence: { does } }) => does === 'only-on')
  report({
    type: 'table',
    title: `${used.size} of ${list.length} used; ${waiting.length} wait for an occasion that this run had not:`,
    columns: ['occasion', 'principal', 'action'],
    rows: waiting
      .map(entry => [entry.absence.path ?? '', who(entry), entry.action])
      .toSorted((a, b) => `${a}`.localeCompare(`${b}`)),
  })
  const surprising = unused.filter(({ absence: { does } }) => does !== 'only-on')
  if (surprising.length === 0 && unlisted.length === 0) return
  throw new Failure(
    [
      'derived and used differ:',
      ...surprising.map(entry => `  never used: ${entry.id} (${absence(entry)})`),
      ...unlisted.map(
        ({ entry, verdict }) =>
          `  not on the list: ${entry.role ?? entry.principal} ${verdict.action} ${verdict.resource}`,
      ),
    ].join('\n'),
  )
}
