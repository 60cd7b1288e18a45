import { CustomerError } from './customer-error.ts'
import type { LabelledMatrix } from './matrix.ts'

/** What a metric judges: the objective's numbers row by row, `groups` of them each: one, or one for each class. */
export interface Judged {
  readonly values: Float64Array
  readonly groups: number
}

export interface Metric {
  readonly maximize?: true
  readonly of: (judged: Judged, data: LabelledMatrix, threshold: number) => number
}

const clip = (p: number): number => Math.max(p, 1e-16)
const probability = (p: number): number => Math.min(clip(p), 1)
const weight = (data: LabelledMatrix, row: number): number => data.weights?.[row] ?? 1

/** The weighted mean of what each row loses. */
const meanOf = (data: LabelledMatrix, loss: (row: number) => number): number => {
  let sum = 0
  let weights = 0
  for (let row = 0; row < data.rows; row++) {
    sum += loss(row) * weight(data, row)
    weights += weight(data, row)
  }
  return weights === 0 ? sum : sum / weights
}

const mean =
  (loss: (p: number, label: number, threshold: number) => number): Metric['of'] =>
  ({ values, groups }, data, threshold) => {
    if (groups !== 1)
      throw new CustomerError(
        'label and prediction size not match, hint: use merror or mlogloss for multi-class classification',
      )
    return meanOf(data, row => loss(values[row]!, data.labels[row]!, threshold))
  }

const meanOfClasses =
  (loss: (p: Float64Array, label: number) => number): Metric['of'] =>
  ({ values, groups }, data) =>
    meanOf(data, row => loss(values.subarray(row * groups, (row + 1) * groups), data.labels[row]!))

const squared: Metric['of'] = mean((p, label) => (p - label) ** 2)

/** How many of the sorted values are below. */
const below = (sorted: Float64Array, value: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Weighted pairs ranked right over all pairs; ties count half. NaN when one class is missing, as XGBoost says. */
const auc: Metric['of'] = ({ values }, data) => {
  const sorted = values.slice().sort()
  const positive = new Float64Array(sorted.length)
  const negative = new Float64Array(sorted.length)
  for (let row = 0; row < data.rows; row++) {
    const rank = below(sorted, values[row]!)
    positive[rank]! += data.labels[row]! * weight(data, row)
    negative[rank]! += (1 - data.labels[row]!) * weight(data, row)
  }
  let area = 0
  let negatives = 0
  let positives = 0
  for (let rank = 0; rank < sorted.length; rank++) {
    area += positive[rank]! * (negatives + negative[rank]! / 2)
    positives += positive[rank]!
    negatives += negative[rank]!
  }
  return area / (positives * negatives)
}

const largest = (p: Float64Array): number => p.indexOf(Math.max(...p))

const logGamma = (x: number): number => {
  let shift = 0
  let z = x
  for (; z < 7; z++) shift -= Math.log(z)
  const inverse = 1 / (z * z)
  const series = 1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series / z
}

export const metrics: Readonly<Record<string, Metric>> = {
  auc: { maximize: true, of: auc },
  logloss: {
    of: mean((p, label) => -label * Math.log(probability(p)) - (1 - label) * Math.log(probability(1 - p))),
  },
  error: { of: mean((p, label, threshold) => (p > threshold ? 1 - label : label)) },
  rmse: { of: (judged, data, threshold) => Math.sqrt(squared(judged, data, threshold)) },
  mse: { of: squared },
  mae: { of: mean((p, label) => Math.abs(p - label)) },
  mape: { of: mean((p, label) => Math.abs((label - p) / label)) },
  merror: { of: meanOfClasses((p, label) => (largest(p) === label ? 0 : 1)) },
  mlogloss: { of: meanOfClasses((p, label) => -Math.log(clip(p[label] ?? 0))) },
  'poisson-nloglik': { of: mean((p, label) => logGamma(label + 1) + clip(p) - Math.log(clip(p)) * label) },
  accuracy: { maximize: true, of: meanOfClasses((p, label) => (classOf(p) === label ? 1 : 0)) },
}

const classOf = (p: Float64Array): number => (p.length > 1 ? largest(p) : (p[0] ?? 0) > 0.5 ? 1 : 0)

/** `error@0.7` counts errors at another threshold than one half. */
export const metricNamed = (name: string): { readonly metric: Metric; readonly threshold: number } | undefined => {
  const [base = '', threshold = '0.5'] = name.split('@')
  const metric = metrics[base]
  return metric && { metric, threshold: Number(threshold) }
}
