import { type Access, nameOfArn } from '@tripoint/pipeline'
import type { AuditEntry } from '@tripoint/twin'
import { meets } from '../line/observed.ts'
import type { Report } from '../report/event.ts'

/** Whole ARNs are in the audit; a reader wants the name at their end. */
const short = (clause: string) =>
  clause
    .replace(/arn:aws:iam::(\d{12}):root/g, 'account $1')
    .replace(/arn:aws:[\w-]+:[\w-]*:\d*:(?:[\w-]+[:/])?([\w./-]+)/g, '$1')

/** Who was denied what, which half is missing, and which step it served; undefined where nothing was denied. */
export function showDenial(access: Access, audit: Iterable<AuditEntry>, report: Report): AuditEntry | undefined {
  for (const entry of audit) {
    const verdict = entry.verdicts.find(candidate => !candidate.allowed && meets(access, { entry, verdict: candidate }))
    if (verdict === undefined) continue
    const step = entry.cause.findLast(link => link.kind === 'action')?.name ?? access.step
    report({ type: 'note', text: `AWS says:  ${entry.message ?? entry.outcome}` })
    report({
      type: 'table',
      columns: ['', ''],
      rows: [
        ['who', nameOfArn(entry.role ?? entry.principal)],
        ['what', `${verdict.action} on ${verdict.resource}`],
        [
          'where',
          `step ${step}, by ${entry.service}:${entry.operation}${entry.via.length > 0 ? ` via ${entry.via.join(', ')}` : ''}`,
        ],
        ['came from', entry.cause.map(link => `${link.kind} ${link.name ?? short(link.id)}`).join(' → ')],
        ...verdict.missing.flatMap(({ side, why }) =>
          why.split('; ').map((clause, at) => [at === 0 ? `missing: ${side}` : '', short(clause)]),
        ),
        ['because', `${access.because} (${access.page})`],
      ],
    })
    return entry
  }
  return undefined
}
