import type { Quoted } from '../report/report.ts'
import { visible } from '../report/visible.ts'
import { type Change, type Diff, givesMore, isReal } from './change.ts'

/** A comment of GitHub has at most 65,536 characters. */
const LONGEST = 60_000

/** A comparison for a pull request's comment: one table, and the statements folded away; what does not fit is counted. */
export function diffMarkdown({ before, after, accounts, changes, made }: Diff, notes: readonly string[] = []): string {
  const labels = new Map(accounts.map(({ id, label }) => [id, label]))
  const real = changes.filter(isReal)
  const rest = changes.filter(change => !isReal(change))
  const rowOf = (change: Change) => rowFor(change, labels)
  const sections: readonly Section[] = [
    { lines: notes.map(note => `- ${text(note)}`) },
    real.length > 0
      ? { head: HEAD, lines: real.map(rowOf) }
      : { lines: [changes.length + made.length > 0 ? 'No access is added or removed.' : 'No difference.'] },
    { summary: `${rest.length} said on one side only, or more or less often`, head: HEAD, lines: rest.map(rowOf) },
    { summary: `${made.length} resources`, lines: made.map(({ words }) => `- ${text(words)}`) },
    { summary: 'the statements', lines: [...new Set(changes.flatMap(({ statements }) => statements.map(quotedLine)))] },
  ]
  let out = `### Access: ${text(before)} → ${text(after)}\n`
  for (const section of sections.filter(({ lines }) => lines.length > 0))
    out += `\n${written(section, LONGEST - out.length)}`
  return out
}

interface Section {
  /** folded away under it */
  readonly summary?: string
  readonly head?: string
  readonly lines: readonly string[]
}

const HEAD = '| | account | what changes | actions |\n|---|---|---|---|\n'

function written({ summary, head = '', lines }: Section, room: number): string {
  let left = room - head.length
  const fits = lines.findIndex(line => {
    left -= line.length + 1
    return left < 0
  })
  const shown = fits < 0 ? lines : lines.slice(0, fits)
  const more = fits < 0 ? '' : `\n… and ${lines.length - fits} more: tripoint diff shows them all\n`
  const body = `${head}${shown.map(line => `${line}\n`).join('')}${more}`
  return summary === undefined ? body : `<details><summary>${text(summary)}</summary>\n\n${body}\n</details>\n`
}

function rowFor(change: Change, labels: ReadonlyMap<string, string>) {
  const { account, words, note, actions, level, undecided } = change
  const said = [words, note, undecided === undefined ? '' : `not decided: ${undecided}`].filter(Boolean).join(', ')
  const cells = [givesMore(change) ? '➕' : '➖', text(labels.get(account) ?? account), text(said)]
  return `| ${[...cells, `${code(actions.join(', ')).replaceAll('|', '\\|')} (${level})`].join(' | ')} |`
}

const quotedLine = ({ place, policy, text: statement }: Quoted): string =>
  `- ${place === undefined ? '' : `${code(`${place.file}:${place.line}`)} `}${text(policy)}: ${code(statement)}`

/** Names come from the templates: nothing of them is markup, a link, a mention, or the end of a cell. */
const text = (words: string): string =>
  oneLine(words)
    .replaceAll('&', '&amp;')
    .replaceAll('://', '&colon;//')
    .replaceAll(/[\\`*_{}[\]<>|~#]/g, '\\$&')
    .replaceAll('@', '@\u200b')

const oneLine = (words: string): string => visible(words.replaceAll(/[\r\n]+/g, ' '))

/** A fence that is longer than any in the text. */
function code(words: string): string {
  const flat = oneLine(words)
  const fence = '`'.repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length)))
  return flat === '' ? '' : `${fence}${fence.length > 1 ? ' ' : ''}${flat}${fence.length > 1 ? ' ' : ''}${fence}`
}
