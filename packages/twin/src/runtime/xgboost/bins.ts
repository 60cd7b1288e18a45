import type { Matrix } from './matrix.ts'

/** The features cut into at most `max_bin` bins, column by column; the bin after the last means missing. */
export interface Binned {
  readonly rows: number
  readonly cuts: readonly Float32Array[]
  readonly columns: readonly Uint16Array[]
  /** Where each column's bins begin in a histogram of all columns. */
  readonly offsets: readonly number[]
  readonly total: number
}

/** A cut between two neighbouring values that both sides keep apart in 32 bits: `x < cut` holds for the lower only. */
const between = (low: number, high: number): number => {
  const middle = Math.fround((low + high) / 2)
  return middle > low && Number.isFinite(middle) ? middle : high
}

const cutsOf = (sorted: Float32Array, maxBin: number): Float32Array => {
  const distinct: number[] = []
  const counts: number[] = []
  for (const value of sorted) {
    if (value === distinct.at(-1)) counts[counts.length - 1]!++
    else {
      distinct.push(value)
      counts.push(1)
    }
  }
  const cuts: number[] = []
  const share = distinct.length <= maxBin ? 0 : sorted.length / maxBin
  let filled = 0
  for (let i = 0; i + 1 < distinct.length; i++) {
    filled += counts[i]!
    if (filled >= share * (cuts.length + 1) && cuts.length < maxBin - 1)
      cuts.push(between(distinct[i]!, distinct[i + 1]!))
  }
  // Above all values: what is there may part from what is missing.
  const most = distinct.at(-1)
  if (most !== undefined) cuts.push(Math.fround(most + Math.abs(most) + 1e-5))
  return Float32Array.from(cuts)
}

/** How many cuts are ≤ value, which is the bin of the value. */
const binOf = (cuts: Float32Array, value: number): number => {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cuts[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

export const bin = (matrix: Matrix, maxBin: number): Binned => {
  const cuts: Float32Array[] = []
  const columns: Uint16Array[] = []
  const offsets: number[] = []
  let total = 0
  for (let c = 0; c < matrix.columns; c++) {
    const column = new Float32Array(matrix.rows)
    for (let r = 0; r < matrix.rows; r++) column[r] = matrix.values[r * matrix.columns + c]!
    const own = cutsOf(column.filter(value => !Number.isNaN(value)).sort(), maxBin)
    const missing = own.length + 1
    cuts.push(own)
    columns.push(Uint16Array.from(column, value => (Number.isNaN(value) ? missing : binOf(own, value))))
    offsets.push(total)
    total += own.length + 2
  }
  return { rows: matrix.rows, cuts, columns, offsets, total }
}
