/** One line of the table. */
export interface Row {
  measure: string
  ours: number
  unit: string
  /** What the same client reaches on a server that does nothing of the kind. */
  beside?: { server: 'echo' | 'empty handler'; value: number; cpu?: number | undefined }
  target?: Target
  /** Microseconds of the server's CPU for each call. */
  cpu?: number | undefined
  note?: string
}

/** Of the value itself, or of its ratio to the one beside it. */
export type Target = { of: 'value' | 'ratio' } & ({ least: number } | { most: number })

const heads = ['measure', 'ours', 'beside', 'ratio', 'target', '', 'CPU a call']

const ratioOf = ({ ours, beside }: Row): number | undefined => (beside === undefined ? undefined : ours / beside.value)

export function missed(row: Row): boolean {
  const { target } = row
  if (target === undefined) return false
  const value = target.of === 'ratio' ? (ratioOf(row) ?? 0) : row.ours
  return 'least' in target ? value < target.least : value > target.most
}

const percent = (value: number) => `${Math.round(value * 100)} %`

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2)

function targetText({ target, unit }: Row): string {
  if (target === undefined) return ''
  const text = (value: number) => (target.of === 'ratio' ? percent(value) : `${number(value)} ${unit}`)
  return 'least' in target ? `≥ ${text(target.least)}` : `< ${text(target.most)}`
}

function cells(row: Row): string[] {
  const { beside, cpu } = row
  const ratio = ratioOf(row)
  return [
    row.measure,
    `${number(row.ours)} ${row.unit}`,
    beside === undefined ? '' : `${number(beside.value)} (${beside.server})`,
    ratio === undefined ? '' : percent(ratio),
    targetText(row),
    row.target === undefined ? '' : missed(row) ? 'missed' : 'ok',
    [
      cpu === undefined ? '' : `${Math.round(cpu)} µs`,
      beside?.cpu === undefined ? '' : ` (${Math.round(beside.cpu)})`,
      row.note ?? '',
    ].join(''),
  ]
}

const widths = [38, 14, 26, 6, 12, 6, 0]

const line = (columns: readonly string[]): string =>
  columns
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join('  ')
    .trimEnd()

export const heading = (): string => line(heads)
export const rowText = (row: Row): string => line(cells(row))
