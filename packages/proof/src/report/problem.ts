import type { Severity } from '../source/finding.ts'
import type { Place } from '../source/spot.ts'
import { askerOf } from '../world/request.ts'
import type { EscalationPath, Excess, GuardVerdict, NeedVerdict, Reach, Report, ShownFinding } from './report.ts'
import { excessSeverity, guardSeverity, needSeverity, pathSeverity } from './severity.ts'
import { type Names, namesIn } from './short-name.ts'
import { absenceWords, conditionWords, count, effectWords, moveWords, strangerWords, witnessWords } from './words.ts'

/** One thing of a report that somebody has to look at, whichever part it is of. */
export interface Problem {
  /** stable: the finding's code, or one of `PROOF_RULES` */
  readonly rule: string
  readonly severity: Severity
  /** what is wrong, what follows, and the cure, each a sentence */
  readonly message: string
  readonly consequence?: string
  readonly cure: string
  readonly page?: string
  /** the first is where it is shown */
  readonly places: readonly Place[]
  /** what it is about, without line numbers: the same in the next run */
  readonly about: readonly string[]
}

export interface Verdict {
  readonly errors: number
  readonly warnings: number
  readonly notes: number
}

export function verdictOf(problems: readonly Problem[]): Verdict {
  const number = (severity: Severity) => problems.filter(problem => problem.severity === severity).length
  return { errors: number('error'), warnings: number('warning'), notes: number('note') }
}

/** `2 errors, 1 warning`, or that all is well. */
export function verdictWords({ errors, warnings, notes }: Verdict): string {
  const parts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(notes > 0 ? [count(notes, 'note')] : []),
  ]
  if (errors + warnings > 0) return parts.join(', ')
  return ['everything needed is allowed, and nothing else', ...parts].join('; ')
}

export function problemsOf(report: Report): Problem[] {
  const names = namesIn(report.subject)
  return [
    ...report.findings.map(findingProblem),
    ...report.needed.filter(({ verdict }) => verdict !== 'allowed').map(need => needProblem(need, names)),
    ...report.guards.filter(({ verdict }) => verdict !== 'held').map(guard => guardProblem(guard, names)),
    ...report.excess.map(excess => excessProblem(excess, names)),
    ...report.reach.map(reach => reachProblem(reach, names)),
    ...report.paths.map(path => pathProblem(path, names)),
    ...undecidedElsewhere(report),
  ]
}

const findingProblem = (finding: ShownFinding): Problem => ({
  rule: finding.code,
  severity: finding.severity,
  message: finding.message,
  ...(finding.consequence === undefined ? {} : { consequence: finding.consequence }),
  cure: finding.cure,
  ...(finding.page === undefined ? {} : { page: finding.page }),
  places: placesOf([finding]),
  about: [finding.message, finding.place?.path ?? ''],
})

function needProblem(need: NeedVerdict, names: Names): Problem {
  const { access, verdict, statements } = need
  const words = `${access.action} on ${names.short(access.resource)}, which ${names.placed(askerOf(access))} needs for ${access.step}, is `
  return {
    rule: `need-${verdict}`,
    severity: needSeverity(need),
    message: `${words}${NEED_WORDS[verdict]}${whyOf(need)}`,
    consequence: absenceWords(need),
    cure: needCure(need),
    page: access.page,
    places: placesOf([need, ...statements]),
    about: [access.id],
  }
}

const NEED_WORDS: Readonly<Record<NeedVerdict['verdict'], string>> = {
  allowed: 'allowed',
  denied: 'not allowed',
  depends: 'allowed only sometimes',
  undecided: 'not decided',
}

const NEED_CURES: Readonly<Record<NeedVerdict['verdict'], string>> = {
  allowed: 'nothing is to be done',
  denied: 'allow it where it is missing',
  depends: 'take the condition away, or make it one that the request meets',
  undecided: 'write the policies with fewer conditions and patterns',
}

export function needCure({ missing, verdict }: NeedVerdict): string {
  const cures = missing.flatMap(({ cure }) => cure ?? [])
  return cures.length > 0 ? cures.join('; ') : NEED_CURES[verdict]
}

const whyOf = ({ missing, why }: NeedVerdict): string => {
  const whys = [...(why === undefined ? [] : [why]), ...missing.map(each => each.why)]
  return whys.length === 0 ? '' : `: ${whys.join('; ')}`
}

function guardProblem(guard: GuardVerdict, names: Names): Problem {
  const { id, owner, action, conditions, because, page } = guard.guard
  const witness = guard.witness === undefined ? '' : `: ${witnessWords(guard.witness, names)}`
  return {
    rule: `guard-${guard.verdict}`,
    severity: guardSeverity(guard),
    message:
      guard.verdict === 'undecided'
        ? `whether ${names.short(owner)} denies ${action} (${id}) is not decided${guard.why === undefined ? '' : `: ${guard.why}`}`
        : `${names.short(owner)} does not deny ${action} in every case of ${id}${witness}`,
    consequence: `this does not hold: ${because}`,
    cure: `deny ${action} where ${conditionWords(conditions)}`,
    page,
    places: placesOf(guard.statements),
    about: [owner, id],
  }
}

function excessProblem(excess: Excess, names: Names): Problem {
  const { statement, kind, what, witness, why } = excess
  return {
    rule: kind === 'repeated' || kind === 'denies-more' ? kind : 'excess',
    severity: excessSeverity(excess),
    message: `${statement.policy}: ${why}`,
    ...(witness === undefined
      ? {}
      : {
          consequence: `${effectWords(excess)}: ${witnessWords(witness, names)}`,
        }),
    cure: kind === 'statement' ? 'take the statement away' : 'write the policy smaller',
    places: placesOf([statement]),
    about: [statement.owner, statement.side, statement.policy, kind, ...what],
  }
}

function reachProblem(reach: Reach, names: Names): Problem {
  const { resource, who, actions, condition, verdict, statements, consequence, cure } = reach
  const when = condition === undefined ? '' : ` where ${conditionWords(condition)}`
  return {
    rule: verdict === 'undecided' ? 'reach-undecided' : 'reach',
    severity: 'error',
    message: `${names.short(resource)} ${verdict === 'undecided' ? 'may be' : 'is'} reachable by ${strangerWords(reach, names)}: ${actions.join(', ')}${when}`,
    consequence,
    cure,
    places: placesOf(statements),
    about: [resource, who, ...actions],
  }
}

function pathProblem(path: EscalationPath, names: Names): Problem {
  const extra = path.steps.filter(({ needed }) => !needed)
  return {
    rule: 'escalation',
    severity: pathSeverity(path),
    message: [
      names.placed(path.from),
      ...path.steps.map(({ by, to }) => `──${moveWords(by)}──► ${names.placed(to)}`),
    ].join(' '),
    consequence: path.consequence,
    cure: path.cure,
    places: placesOf([...extra, ...path.steps].flatMap(({ statements }) => statements)),
    about: [path.from, ...path.steps.flatMap(({ by, to }) => [by, to])],
  }
}

/** Questions that no part of the report shows by itself. */
function undecidedElsewhere({ needed, guards, reach, proof }: Report): Problem[] {
  const shown = [
    ...needed.filter(({ verdict }) => verdict === 'undecided').map(({ access }) => access.id),
    ...guards.filter(({ verdict }) => verdict === 'undecided').map(({ guard }) => guard.id),
    ...reach.filter(({ verdict }) => verdict === 'undecided').map(({ resource }) => resource),
  ]
  return proof.undecided
    .filter(({ question }) => !shown.some(id => question.includes(id)))
    .map(({ question, why }) => ({
      rule: 'undecided',
      severity: 'error',
      message: `the proof gave up on a question: ${question}: ${why}`,
      consequence: 'what it asks may hold or not',
      cure: 'write the policies with fewer conditions and patterns',
      places: [],
      about: [question],
    }))
}

const placesOf = (items: readonly { readonly place?: Place }[]): Place[] => {
  const seen = new Map<string, Place>()
  for (const { place } of items) if (place !== undefined) seen.set(`${place.file}:${place.line}:${place.column}`, place)
  return [...seen.values()]
}
