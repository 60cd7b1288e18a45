/** Rows of numbers as XGBoost sees them: 32-bit, NaN for what is missing. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}

export interface LabelledMatrix extends Matrix {
  readonly labels: Float32Array
  readonly weights: Float32Array | undefined
}

export const matrixOf = (rows: readonly (readonly number[])[], columns: number): Matrix => {
  const values = new Float32Array(rows.length * columns).fill(Number.NaN)
  for (const [index, row] of rows.entries()) values.set(row, index * columns)
  return { rows: rows.length, columns, values }
}
