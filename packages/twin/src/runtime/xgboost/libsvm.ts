import type { CsvFile } from './csv.ts'
import { CustomerError } from './customer-error.ts'
import { type LabelledMatrix, type Matrix, matrixOf } from './matrix.ts'

interface SparseRow {
  readonly label: number
  readonly weight: number | undefined
  readonly features: readonly (readonly [index: number, value: number])[]
}

const readRow = (text: string, where: string, labelled: boolean): SparseRow => {
  const bad = (part: string): never => {
    throw new CustomerError(`Failed to load libsvm data: ${where}: '${part.slice(0, 40)}' is not <index>:<value>.`)
  }
  const number = (part: string, whole: string): number =>
    part !== '' && Number.isFinite(Number(part)) ? Number(part) : bad(whole)
  const parts = text.trim().split(/\s+/)
  const head = labelled || !parts[0]?.includes(':') ? (parts.shift() ?? '') : '0'
  const [label = '', weight] = head.split(':')
  const features = parts.map(part => {
    const [index = '', value = '', extra] = part.split(':')
    const column = number(index, part)
    if (extra !== undefined || !Number.isInteger(column) || column < 0) return bad(part)
    return [column, number(value, part)] as const
  })
  return { label: number(label, head), weight: weight === undefined ? undefined : number(weight, head), features }
}

const dense = (rows: readonly SparseRow[], atLeast: number): Matrix => {
  const columns = rows.reduce((most, row) => row.features.reduce((m, [index]) => Math.max(m, index + 1), most), atLeast)
  const matrix = matrixOf(
    rows.map(() => []),
    columns,
  )
  for (const [at, row] of rows.entries())
    for (const [index, value] of row.features) matrix.values[at * columns + index] = value
  return matrix
}

const readFile = ({ name, text }: CsvFile, labelled: boolean): SparseRow[] =>
  text
    .split(/\r\n|\n|\r/)
    .flatMap((line, index) =>
      line.trim() === '' ? [] : [readRow(line, `file '${name}', line ${index + 1}`, labelled)],
    )

export const readLabelledLibsvm = (files: readonly CsvFile[]): LabelledMatrix => {
  const rows = files.flatMap(file => readFile(file, true))
  const weighted = rows.some(row => row.weight !== undefined)
  return {
    ...dense(rows, 0),
    labels: Float32Array.from(rows, row => row.label),
    weights: weighted ? Float32Array.from(rows, row => row.weight ?? 1) : undefined,
  }
}

export const readLibsvm = (text: string, columns: number): Matrix =>
  dense(readFile({ name: 'payload', text }, false), columns)
