import type { Answer, MissingHalf, Quoted, ShownDecision, ShownStep, Verdict } from '@tripoint/proof'
import type { Paint } from './paint.ts'

/** The decision as AWS draws it: one box a line, what it says, and where the path ends. */
export function whyText({ verdict, notes, decisions }: Answer, paint: Paint): string {
  return [
    ...decisions.flatMap((decision, at) => [...(at === 0 ? [] : ['']), ...decisionLines(decision, paint)]),
    ...(decisions.length > 1 ? ['', `together: ${verdictText(verdict, paint)}`] : []),
    ...notes.map(note => paint('dim', `note: ${note}`)),
  ].join('\n')
}

function decisionLines(decision: ShownDecision, paint: Paint): string[] {
  const { asked, because, assumed, verdict, hangsOn, steps, missing, needed } = decision
  const given = Object.entries(because === undefined ? asked.context : {}).filter(
    ([key]) => !assumed.some(each => each.key === key),
  )
  return [
    `${because === undefined ? '' : 'and then '}${paint('bold', `${asked.principal.replace(/^service:/, '')} ${asked.action} ${asked.resource}`)}`,
    ...(because === undefined ? [] : [`  ${because}`]),
    ...given.map(([key, value]) => `  with ${key} = ${String(value)}`),
    ...assumed.map(({ key, value, because: why }) => paint('dim', `  supposing ${key} = ${value}: ${why}`)),
    '',
    ...chart(steps, paint),
    `  └─► ${verdictText(verdict, paint)}${hangsOn === undefined ? '' : `: ${hangsOn}`}`,
    ...missing.flatMap(half => missingLines(half, paint)),
    ...(verdict === 'allowed'
      ? neededLines(decision, paint)
      : needed.length > 0
        ? ['', ...neededLines(decision, paint)]
        : []),
  ]
}

/** ✓ goes on or lets in, ✗ stops, ○ has no say; and the answer to the step's question. */
const MARKS: Readonly<Record<ShownStep['outcome'], readonly [string, 'green' | 'red' | 'dim', string]>> = {
  passes: ['✓', 'green', 'no'],
  allows: ['✓', 'green', 'yes'],
  delegates: ['✓', 'green', "it leaves it to the account's own policies"],
  denies: ['✗', 'red', 'yes'],
  silent: ['✗', 'red', 'no'],
  absent: ['○', 'dim', ''],
  exempt: ['○', 'dim', ''],
  'not-asked': ['○', 'dim', 'not asked: '],
}

function chart(steps: readonly ShownStep[], paint: Paint): string[] {
  return steps.flatMap(({ outcome, question, account, why, statements, decides }) => {
    const [mark, colour, answer] = MARKS[outcome]
    const asked = `${question}${account === '' ? '' : ` (${account})`}`
    if (colour === 'dim') return [paint('dim', `  ${mark} ${asked} ${answer}${why}`)]
    // What a silent side lacks is told below the verdict.
    const bare = statements.length === 0 && outcome !== 'silent' && outcome !== 'passes'
    return [
      `  ${paint(colour, mark)} ${asked} ${paint(decides ? ['bold', colour] : colour, answer)}`,
      ...(bare ? [`  │   ${why}`] : []),
      ...statements.flatMap(quoted => quotedLines(quoted, paint)),
    ]
  })
}

function quotedLines({ policy, place, text }: Quoted, paint: Paint): string[] {
  const where = place === undefined ? '' : `${place.file}:${place.line}  `
  return [`  │   ${where}${policy}`, ...(text === '' ? [] : [paint('dim', `  │   ${text}`)])]
}

function missingLines({ side, why, cure, account, place, statement, denies }: MissingHalf, paint: Paint): string[] {
  const where = place === undefined ? '' : ` at ${place.file}:${place.line}`
  return [
    '',
    `  ${paint('red', denies ? 'refused' : 'missing')} on the ${side} side, in account ${account}${where}`,
    ...why.split('; ').map(line => `    ${line}`),
    ...(statement === undefined
      ? cure === undefined
        ? []
        : [`    cure: ${cure}`]
      : [`    the least that would do: ${statement}`]),
  ]
}

const neededLines = ({ needed }: ShownDecision, paint: Paint): string[] =>
  needed.map(
    ({ id, step, because, page }) => `  on the access list: ${id}, for ${step}: ${because} ${paint('dim', page)}`,
  )

const VERDICTS: Readonly<Record<Verdict, readonly [string, 'green' | 'red' | 'yellow']>> = {
  allowed: ['allowed', 'green'],
  denied: ['denied', 'red'],
  unknown: ['cannot be said', 'yellow'],
}

function verdictText(verdict: Verdict, paint: Paint): string {
  const [text, colour] = VERDICTS[verdict]
  return paint(['bold', colour], text)
}
