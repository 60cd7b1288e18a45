import { diffText } from './diff-text.ts'
import type { Event } from './event.ts'
import { explanationText } from './explanation-text.ts'
import type { Format, Paint } from './paint.ts'
import { whyText } from './why-text.ts'

export interface Look {
  paint: Paint
  /** What goes on is seen in live lines, and needs no line of its own. */
  live: boolean
}

const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`

const isBad = (status: string) => /FAILED|ROLLBACK|Failed|Rejected|Stopped|Abandoned/.test(status)
const isGood = (status: string) => /COMPLETE$|Succeeded|Approved/.test(status)

const colourOf = (status: string): Format => (isBad(status) ? 'red' : isGood(status) ? 'green' : 'yellow')
const markOf = (status: string) => (isBad(status) ? '✗' : isGood(status) ? '✓' : status === 'InProgress' ? '●' : '○')

type Texts = { [Type in Event['type']]: (event: Extract<Event, { type: Type }>, look: Look) => string | undefined }

/** How each event reads, without a line end; undefined: not worth a line. */
const texts: Texts = {
  step: ({ text }, { paint }) => paint('bold', text),
  note: ({ text }) => `  ${text}`,
  progress: ({ text }) => `  … ${text}`,
  ready: ({ endpoint, state }, { paint }) => `  ${paint('green', 'ready')} at ${endpoint}, state in ${state}`,
  environment: ({ text }) => text,
  access: ({ access }) => access.id,
  'stack-begins': () => undefined,
  stack({ stack, resource, kind, status, reason }, { paint, live }) {
    // What a stack becomes is said when it is done; that it turns back is news.
    if (resource === stack ? !status.endsWith('ROLLBACK_IN_PROGRESS') : !isBad(status) && (live || !isGood(status)))
      return undefined
    const why = reason === undefined || !isBad(status) ? '' : `\n      ${paint('red', reason)}`
    return `  ${paint(colourOf(status), status.padEnd(15))} ${stack}  ${resource} ${paint('dim', kind)}${why}`
  },
  'stack-done': ({ stack, account, change, seconds: taken }, { paint }) =>
    `  ${paint('green', '✓')} ${stack} ${change} in ${account} ${paint('dim', seconds(taken))}`,
  line: ({ pipeline, stages }, { paint }) =>
    `${paint('bold', pipeline)}\n  ${stages.map(({ name, status }) => paint(colourOf(status), `${markOf(status)} ${name}`)).join(paint('dim', ' ──► '))}`,
  execution: ({ pipeline, id, status, trigger }, { paint }) =>
    `  ${pipeline} ${paint('dim', id)} ${paint(colourOf(status), status)}${trigger === undefined ? '' : `  started by ${trigger}`}`,
  action({ stage, action, status, summary, error, seconds: taken }, { paint }) {
    if (status === 'InProgress') return undefined
    const time = taken === undefined ? '' : paint('dim', ` ${seconds(taken)}`)
    const said = summary === undefined ? '' : paint('dim', `  ${summary}`)
    const failed = error === undefined ? '' : `\n      ${paint('red', error)}`
    return `  ${paint(colourOf(status), status.padEnd(9))} ${stage}/${action}${time}${failed === '' ? said : failed}`
  },
  approval: ({ stage, action, answer, by }, { paint }) =>
    `  ${paint(answer === 'approved' ? 'green' : 'red', answer)} ${stage}/${action} by ${by}`,
  log: ({ group, stream, message, at }, { paint }) =>
    `${paint('dim', `${at.slice(11, 19)} ${group.replace('/aws/', '')} ${stream.replace(/^[\d/]+/, '')}`)}  ${message.trimEnd()}`,
  metric: ({ name, value }) => `  ${name} ${value}`,
  prediction: ({ body }) => body,
  table: ({ title, columns, rows }, { paint }) => table(title, columns, rows, paint),
  denied: ({ principal, action, resource, missing, step }, { paint }) =>
    [
      `  ${paint('red', 'denied')} ${principal} ${action} on ${resource}${step === undefined ? '' : ` (${step})`}`,
      ...missing.map(why => `         ${paint('dim', `missing ${why}`)}`),
    ].join('\n'),
  // Of several forms, the command prints the one that is asked for.
  check: () => undefined,
  why: ({ answer }, { paint }) => whyText(answer, paint),
  diff: ({ diff }, { paint }) => diffText(diff, paint),
  explanation: ({ explanation }, { paint }) => explanationText(explanation, paint),
  phase: ({ name, seconds: taken, calls }, { paint }) => paint('dim', `  ${name}: ${seconds(taken)}, ${calls} calls`),
  // Standard error has it.
  failed: () => undefined,
  done: ({ text, seconds: taken }, { paint }) => `${paint(['bold', 'green'], text)} ${paint('dim', seconds(taken))}`,
}

/** Every type there is. */
export const eventTypes: readonly string[] = Object.keys(texts)

export function textOf(event: Event, look: Look): string | undefined {
  const write = texts[event.type] as (event: Event, look: Look) => string | undefined
  return write(event, look)
}

function table(
  title: string | undefined,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map(row => (row[at] ?? '').length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === cells.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  const head = title === undefined ? [] : [paint('bold', title)]
  if (rows.length === 0 && title !== undefined) return head.join('\n')
  return [...head, paint('dim', line(columns)), ...rows.map(line)].join('\n')
}
