import type { EntryAtHand, ExplainedMode, Explanation, Judged } from '@tripoint/proof'
import type { Format, Paint } from './paint.ts'

/** So many entries of the line are shown; `--json` has all. */
const ENTRIES = 6
/** So many pages and threads are named. */
const SOURCES = 2
const WIDTH = Math.max(40, Math.min(process.stdout.columns ?? 100, 100))

/** An error text explained: what it is, why, where, the cure, and what it means for this line. */
export function explanationText({ mode, others, facts, line, ask, notes }: Explanation, paint: Paint): string {
  const { accounts, deny, ...named } = facts
  const read = [...Object.entries(named), ...(accounts.length > 0 ? [['accounts', accounts.join(', ')]] : [])]
  return [
    ...(mode ? modeLines(mode, paint) : [paint('yellow', 'nobody here knows this text')]),
    ...(line && (line.entries.length > 0 || line.notes.length > 0 || line.denies.length > 0)
      ? [
          '',
          paint('bold', `in ${line.name}`),
          ...line.entries.slice(0, ENTRIES).flatMap(each => entryLines(each, line.entries.length === 1, paint)),
        ]
      : []),
    ...(line && line.entries.length > ENTRIES ? [`  and ${line.entries.length - ENTRIES} more: --json`] : []),
    ...(line?.asked
      ? [...row('templates', VERDICTS[line.asked.verdict ?? 'unknown']), ...judgedLines(line.asked, paint)]
      : []),
    ...(line?.denies ?? []).flatMap(({ place, text, sid }, at) => [
      ...row(
        at === 0 ? 'denies' : '',
        `${place ? `${place.file}:${place.line}` : ''} ${sid ?? ''}`.trim(),
        paint,
        'red',
      ),
      paint('dim', `${' '.repeat(LABEL + 2)}${text}`),
    ]),
    ...(line?.notes ?? []).flatMap(note => row('note', note)),
    ...(others.length > 0
      ? [
          '',
          ...others.flatMap(({ number, id, title }, at) => row(at === 0 ? 'may be' : '', `${number ?? id}  ${title}`)),
        ]
      : []),
    ...(read.length > 0 ? ['', ...read.flatMap(([name = '', value]) => row(name, String(value), paint, 'dim'))] : []),
    ...(mode === undefined && read.length === 0
      ? [
          '  no principal, action, resource or code of AWS is in it',
          '  cure: paste the whole text, as AWS wrote it; what is known: tripoint explain --list',
        ]
      : []),
    ...(ask === undefined ? [] : ['', `  ask the templates: ${ask}`]),
    ...notes.map(note => paint('dim', `note: ${note}`)),
  ].join('\n')
}

function modeLines(
  { id, number, title, certainty, cause, sides, cure, pages, met }: ExplainedMode,
  paint: Paint,
): string[] {
  return [
    `${paint('bold', `${number === undefined ? '' : `${number}  `}${title}`)} ${paint('dim', `(${id})`)}`,
    ...(certainty === 'maybe'
      ? row('', 'other failures are told with the same words: it may be this one', paint, 'yellow')
      : []),
    ...row('why', cause),
    ...sides.flatMap(({ words }, at) => row(at === 0 ? 'where' : '', words)),
    ...row('cure', cure, paint, 'green'),
    ...[...pages.slice(0, SOURCES), ...met.slice(0, SOURCES)].map((page, at) =>
      paint('dim', `  ${(at === 0 ? 'read' : '').padEnd(LABEL)}${page}`),
    ),
  ]
}

const VERDICTS = {
  allowed: 'the templates allow it',
  denied: 'the templates do not allow it',
  unknown: 'whether the templates allow it cannot be said',
} as const

const MARKS = { allowed: ['✓', 'green'], denied: ['✗', 'red'], unknown: ['?', 'yellow'] } as const

/** An entry that the templates allow needs few words where there are many. */
function entryLines({ access, sides, ...judged }: EntryAtHand, alone: boolean, paint: Paint): string[] {
  const { verdict } = judged
  const [mark, colour] = verdict === undefined ? (['•', 'dim'] as const) : MARKS[verdict]
  const who = access.principal.kind === 'service' ? access.principal.name : access.principal.arn.replace(/^.*[/]/, '')
  return [
    `  ${paint(colour, mark)} ${who} ${paint('bold', access.action)} on ${access.resource.replace(/^arn:aws:/, '')}  ${paint('dim', access.step)}`,
    ...(alone || verdict !== 'allowed'
      ? [
          ...row('    for', access.because, paint, 'dim'),
          ...row('    said in', sides.map(({ words }) => words).join('; ')),
        ]
      : []),
    ...judgedLines(judged, paint),
  ]
}

function judgedLines({ verdict, said, missing }: Judged, paint: Paint): string[] {
  const places = said.flatMap(({ place, side }) =>
    place === undefined ? [] : [`${place.file}:${place.line} (${side})`],
  )
  return [
    ...(verdict === 'allowed' && places.length > 0 ? row('    at', places.join(', ')) : []),
    ...missing.flatMap(half => {
      const where = half.place === undefined ? `account ${half.account}` : `${half.place.file}:${half.place.line}`
      return [
        ...row('    missing', `${half.side} side, ${where}`, paint, 'red'),
        ...(half.statement === undefined
          ? row('', half.cure ?? half.why)
          : [`${' '.repeat(LABEL + 2)}${half.statement}`]),
      ]
    }),
  ]
}

const LABEL = 13

/** A label, and text that is broken below itself. */
function row(label: string, text: string, paint?: Paint, format?: Format): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - LABEL - 2) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part, at) => {
    const shown = paint && format ? paint(format, part) : part
    return `  ${(at === 0 ? label : '').padEnd(LABEL)}${shown}`
  })
}
