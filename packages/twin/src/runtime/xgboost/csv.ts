import { CustomerError } from './customer-error.ts'
import { type LabelledMatrix, type Matrix, matrixOf } from './matrix.ts'

/** A row of fields with the line it stands on; lines count from 1 and empty lines count too. */
interface Row {
  readonly line: number
  readonly fields: readonly number[]
}

export interface CsvFile {
  readonly name: string
  readonly text: string
}

const delimiters = [',', '\t', ';', '|', ' ', ':'] as const

/** The container sniffs the delimiter from the first line of the first file. */
const sniffDelimiter = (line: string): string => {
  const best = delimiters
    .map(delimiter => ({ delimiter, fields: line.split(delimiter) }))
    .filter(({ fields }) => fields.length > 1 && fields.every(isNumber))
    .sort((a, b) => b.fields.length - a.fields.length)[0]
  if (best) return best.delimiter
  return delimiters.find(delimiter => line.includes(delimiter)) ?? ','
}

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const special: Record<string, number> = { '': Number.NaN, nan: Number.NaN, inf: Infinity, '-inf': -Infinity }

const isNumber = (field: string): boolean => parseField(field) !== undefined

const parseField = (field: string): number | undefined => {
  const text = field.trim()
  if (numeric.test(text)) return Number(text)
  return special[text.toLowerCase()]
}

const readRows = ({ name, text }: CsvFile, delimiter: string): Row[] => {
  const rows: Row[] = []
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (raw.trim() === '') continue
    const fields = raw.split(delimiter).map((field, column) => {
      const value = parseField(field)
      if (value === undefined)
        throw new CustomerError(
          `Failed to load csv data: file '${name}', line ${index + 1}, column ${column + 1}: '${field.trim().slice(0, 40)}' is not a number.`,
        )
      return value
    })
    rows.push({ line: index + 1, fields })
  }
  const width = rows[0]?.fields.length ?? 0
  const odd = rows.find(row => row.fields.length !== width)
  if (odd)
    throw new CustomerError(
      `Failed to load csv data: file '${name}', line ${odd.line} has ${odd.fields.length} columns; line ${rows[0]?.line} has ${width}.`,
    )
  return rows
}

export interface LabelledCsv {
  readonly weights: boolean
  /** What to do with a row whose label is empty: a model must not learn from a guess; a metric may leave the row out, aloud. */
  readonly emptyLabel: 'refuse' | 'leave-out'
  readonly warn: (line: string) => void
}

/**
 * Label in column 0, weight in column 1 if `csv_weights`; an empty feature is missing.
 * The container's parser reads an empty label as 0, silently: this one does not.
 */
export const readLabelledCsv = (
  files: readonly CsvFile[],
  { weights, emptyLabel, warn }: LabelledCsv,
): LabelledMatrix => {
  const first = files.find(file => file.text.trim() !== '')
  const delimiter = sniffDelimiter((first?.text ?? '').split(/\r\n|\n|\r/, 1)[0] ?? '')
  const kept: Row[] = []
  let width: number | undefined
  for (const file of files) {
    for (const row of readRows(file, delimiter)) {
      width ??= row.fields.length
      if (row.fields.length !== width)
        throw new CustomerError(
          `Failed to load csv data: file '${file.name}', line ${row.line} has ${row.fields.length} columns; the first file has ${width}.`,
        )
      if (!Number.isNaN(row.fields[0])) {
        kept.push(row)
        continue
      }
      const where = `file '${file.name}', line ${row.line}, column 1: the label is empty`
      if (emptyLabel === 'refuse') throw new CustomerError(`Failed to load csv data: ${where}.`)
      warn(`WARNING: ${where}; the row was left out.`)
    }
  }
  const skip = weights ? 2 : 1
  if (kept.length > 0 && (width ?? 0) <= skip)
    throw new CustomerError('Failed to load csv data: there is no feature column.')
  const features = matrixOf(
    kept.map(row => row.fields.slice(skip)),
    Math.max(0, (width ?? skip) - skip),
  )
  const labels = Float32Array.from(kept, row => row.fields[0] ?? Number.NaN)
  return { ...features, labels, weights: weights ? Float32Array.from(kept, row => row.fields[1] ?? 1) : undefined }
}

/** Inference: features only. */
export const readCsv = (text: string): Matrix => {
  const body = text.trim()
  const rows = readRows({ name: 'payload', text: body }, sniffDelimiter(body.split(/\r\n|\n|\r/, 1)[0] ?? ''))
  return matrixOf(
    rows.map(row => row.fields),
    rows[0]?.fields.length ?? 0,
  )
}
