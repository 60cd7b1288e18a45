import { type Problem, problemsOf, verdictOf, verdictWords } from '../problem.ts'
import type { Report, ShownFinding } from '../report.ts'
import { type Names, namesIn } from '../short-name.ts'
import { count, lineOf } from '../words.ts'
import { brevityOf } from './brevity.ts'
import { sayBriefExcess } from './brief-excess.ts'
import { sayBriefFindings } from './brief-findings.ts'
import { sayBriefGuards } from './brief-guards.ts'
import { sayBriefNeeds } from './brief-needs.ts'
import { sayBriefPaths } from './brief-paths.ts'
import { sayBriefReach } from './brief-reach.ts'
import { sayBriefTrusted } from './brief-trusted.ts'
import { sayExcess } from './excess.ts'
import { sayGuards } from './guards.ts'
import { sayNeeds } from './needs.ts'
import { sayPaths, sayReach, sayTrusted } from './others.ts'
import { type Format, type Paint, type Paper, paper } from './paper.ts'
import { countsOf, few, MARKS } from './part.ts'

interface TextOptions {
  readonly paint: Paint
  /** all of it: each need with its statements on both sides, each policy as small as it can be */
  readonly long: boolean
  readonly width: number
}

/** The report as it is read at a terminal; it ends with a line end. */
export function textReport(report: Report, { paint, long, width }: TextOptions): string {
  const on = paper(paint, Math.max(40, width))
  const problems = problemsOf(report)
  sayVerdict(on, report, problems)
  on.say(2, countsOf(report))
  if (long) sayAll(on, report, namesIn(report.subject))
  else sayBrief(on, report)
  sayVerdict(on, report, problems)
  return on.text()
}

function sayAll(on: Paper, report: Report, names: Names) {
  saySubject(on, report, '')
  sayUnscoped(on, report)
  sayFindings(on, report.findings)
  sayNeeds(on, report.needed, names)
  sayGuards(on, report.guards, names)
  sayExcess(on, report.excess, names)
  sayReach(on, report.reach, names)
  sayPaths(on, report.paths, names)
  sayTrusted(on, report.trusted, names)
  sayProof(on, report, Number.POSITIVE_INFINITY)
  on.gap()
}

/** What one reads: each part by what heals it, the worst first, and what is as it should be not at all. */
function sayBrief(on: Paper, report: Report) {
  const brief = brevityOf(report)
  saySubject(on, report, brief.folder)
  sayUnscoped(on, report)
  sayBriefFindings(on, report.findings, brief)
  sayBriefNeeds(on, report, brief)
  sayBriefGuards(on, report.guards, brief)
  sayBriefExcess(on, report.excess, brief)
  sayBriefReach(on, report.reach, brief)
  sayBriefPaths(on, report.paths, brief)
  sayBriefTrusted(on, report.trusted, brief)
  sayProof(on, report, 6)
  on.say(0, '--long says all of it and prints smaller policies; --out check.html draws it', 'dim')
}

/** Every reason once. */
function sayUnscoped(on: Paper, { unscoped }: Report) {
  if (unscoped.length === 0) return
  const reasons = [...Map.groupBy(unscoped, ({ why }) => why)].map(
    ([why, own]) => `${own.map(({ action }) => action).join(', ')} (${why})`,
  )
  on.say(2, `needed on *: ${reasons.join('; ')}`, 'dim')
}

function sayVerdict(on: Paper, { subject }: Report, problems: readonly Problem[]) {
  const verdict = verdictOf(problems)
  const bad = verdict.errors > 0
  const mark = bad ? '✗' : verdict.warnings > 0 ? '!' : '✓'
  const format: Format = bad ? 'red' : verdict.warnings > 0 ? 'yellow' : 'green'
  on.mark(0, mark, format, `${subject.name}: ${verdictWords(verdict)}`)
}

const MOST_ACCOUNTS = 12

function saySubject(on: Paper, { subject }: Report, folder: string) {
  const { templates, accounts, counts, needsFrom } = subject
  const where = accounts.map(({ id, label }) => (label === id ? id : `${label} ${id}`))
  const from = folder === '' ? '' : ` of ${folder}`
  on.say(
    2,
    `${count(templates.length, 'template')}${from} in ${count(accounts.length, 'account')}: ${few(where, MOST_ACCOUNTS)}`,
    'dim',
  )
  on.say(
    2,
    `${count(counts.principals, 'role or user', 'roles and users')}, ${count(counts.policies, 'policy', 'policies')}, ${count(counts.statements, 'statement')}; ${count(counts.needs, 'need')}, from the ${needsFrom}`,
    'dim',
  )
}

function sayFindings(on: Paper, findings: readonly ShownFinding[]) {
  if (findings.length === 0) return
  on.gap()
  on.say(0, `findings: ${findings.length}`, 'bold')
  for (const { code, severity, message, consequence, cure, page, place } of findings) {
    on.mark(2, severity, MARKS[severity][1], `${place === undefined ? '' : `${lineOf(place)} `}${message} (${code})`)
    if (consequence !== undefined) on.say(6, `so: ${consequence}`)
    on.say(6, `cure: ${cure}`)
    if (page !== undefined) on.say(6, page, 'dim')
  }
}

function sayProof(on: Paper, { proof }: Report, most: number) {
  const { questions, atoms, cubes, milliseconds, undecided, approximations } = proof
  const cut = most === Number.POSITIVE_INFINITY ? `, ${cubes.toLocaleString('en')} cubes` : ''
  on.gap()
  on.say(
    0,
    `proof: ${count(questions, 'question')} about all requests, ${atoms.toLocaleString('en')} atoms${cut}, ${Math.round(milliseconds)} ms; ${undecided.length === 0 ? 'all decided' : `${undecided.length} undecided`}`,
    'bold',
  )
  const notes = [
    ...undecided.map(({ question, why }) => ['?', `${question}: ${why}`] as const),
    ...approximations.map(each => ['≈', each] as const),
  ]
  for (const [mark, words] of notes.slice(0, most)) on.mark(2, mark, 'yellow', words)
  if (notes.length > most) on.say(2, `… and ${notes.length - most} more, with --long`, 'dim')
}
