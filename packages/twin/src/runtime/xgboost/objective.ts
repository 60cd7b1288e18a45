import { CustomerError } from './customer-error.ts'
import type { LabelledMatrix } from './matrix.ts'

interface Gradients {
  readonly g: Float64Array
  readonly h: Float64Array
}

export interface Objective {
  readonly defaultMetric: string
  /** One tree a round, or one for each class. */
  readonly multiclass?: true
  /** The base score as the margin that every prediction starts from. */
  readonly toMargin: (baseScore: number) => number
  readonly checkLabels: (labels: Float32Array, classes: number) => void
  /** Margins lie row by row, one for each class; the gradients are those of `group`. */
  readonly gradients: (
    data: LabelledMatrix,
    margins: Float32Array,
    group: number,
    groups: number,
    tuning: Tuning,
  ) => Gradients
  /** Margins of a row → what a client is told. */
  readonly predict: (margins: readonly number[]) => number | number[]
  /** All margins → what a metric judges. */
  readonly judged: (margins: Float32Array, groups: number) => Float64Array
  /** The objective's part in the model file. */
  readonly json: (tuning: Tuning, classes: number) => Record<string, Record<string, string>>
}

export interface Tuning {
  readonly scalePosWeight: number
  readonly maxDeltaStep: number
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const first = (margins: readonly number[]): number => margins[0] ?? 0
const tiniest = 1e-16

const each = (
  data: LabelledMatrix,
  one: (row: number, label: number) => readonly [g: number, h: number],
): Gradients => {
  const g = new Float64Array(data.rows)
  const h = new Float64Array(data.rows)
  for (let row = 0; row < data.rows; row++) {
    const weight = data.weights?.[row] ?? 1
    const [gradient, hessian] = one(row, data.labels[row]!)
    g[row] = gradient * weight
    h[row] = hessian * weight
  }
  return { g, h }
}

const every =
  (text: string, holds: (label: number, classes: number) => boolean) => (labels: Float32Array, classes: number) => {
    if (!labels.every(label => holds(label, classes))) throw new CustomerError(text)
  }

const finite = every('Label contains NaN, infinity or a value too large.', Number.isFinite)

const logistic = {
  toMargin: (baseScore: number) => {
    if (baseScore <= 0 || baseScore >= 1)
      throw new CustomerError(
        'Check failed: base_score > 0.0f && base_score < 1.0f base_score must be in (0,1) for logistic loss, got: ' +
          baseScore,
      )
    return Math.log(baseScore / (1 - baseScore))
  },
  checkLabels: every('label must be in [0,1] for logistic regression', label => label >= 0 && label <= 1),
  gradients: (data, margins, _group, _groups, { scalePosWeight }) =>
    each(data, (row, label) => {
      const p = sigmoid(margins[row]!)
      const weight = label === 1 ? scalePosWeight : 1
      return [(p - label) * weight, Math.max(p * (1 - p), tiniest) * weight]
    }),
  json: ({ scalePosWeight }) => ({ reg_loss_param: { scale_pos_weight: String(scalePosWeight) } }),
} satisfies Partial<Objective>

const probability = {
  predict: (margins: readonly number[]) => sigmoid(first(margins)),
  judged: (margins: Float32Array) => Float64Array.from(margins, sigmoid),
}

const raw = {
  predict: first,
  judged: (margins: Float32Array) => Float64Array.from(margins),
}

export const softmax = (margins: readonly number[]): number[] => {
  const most = Math.max(...margins)
  const exps = margins.map(margin => Math.exp(margin - most))
  const sum = exps.reduce((total, value) => total + value, 0)
  return exps.map(value => value / sum)
}

const multi = {
  defaultMetric: 'mlogloss',
  multiclass: true,
  toMargin: baseScore => baseScore,
  checkLabels: every(
    'SoftmaxMultiClassObj: label must be in [0, num_class).',
    (label, classes) => Number.isInteger(label) && label >= 0 && label < classes,
  ),
  gradients: (data, margins, group, groups) =>
    each(data, (row, label) => {
      const p = softmax([...margins.subarray(row * groups, (row + 1) * groups)])[group]!
      return [label === group ? p - 1 : p, Math.max(2 * p * (1 - p), tiniest)]
    }),
  judged: (margins, groups) => {
    const all = new Float64Array(margins.length)
    for (let at = 0; at < margins.length; at += groups) all.set(softmax([...margins.subarray(at, at + groups)]), at)
    return all
  },
  json: (_tuning, classes) => ({ softmax_multiclass_param: { num_class: String(classes) } }),
} satisfies Partial<Objective>

const squaredError: Objective = {
  defaultMetric: 'rmse',
  toMargin: baseScore => baseScore,
  checkLabels: finite,
  gradients: (data, margins, _group, _groups, { scalePosWeight }) =>
    each(data, (row, label) => {
      const weight = label === 1 ? scalePosWeight : 1
      return [(margins[row]! - label) * weight, weight]
    }),
  json: logistic.json,
  ...raw,
}

/** XGBoost 1.7's objectives that this engine trains; https://xgboost.readthedocs.io/en/release_1.7.0/parameter.html */
export const objectives: Readonly<Record<string, Objective>> = {
  'binary:logistic': { ...logistic, ...probability, defaultMetric: 'logloss' },
  // XGBoost 1.7 takes the base score of this one as a margin, and judges the margin: measured.
  'binary:logitraw': { ...logistic, ...raw, toMargin: baseScore => baseScore, defaultMetric: 'logloss' },
  'reg:logistic': { ...logistic, ...probability, defaultMetric: 'rmse' },
  'reg:squarederror': squaredError,
  'reg:linear': squaredError,
  'multi:softprob': { ...multi, predict: softmax },
  'multi:softmax': { ...multi, predict: margins => margins.indexOf(Math.max(...margins)) },
  'count:poisson': {
    defaultMetric: 'poisson-nloglik',
    toMargin: Math.log,
    checkLabels: every('PoissonRegression: label must be nonnegative', label => label >= 0),
    gradients: (data, margins, _group, _groups, { maxDeltaStep }) =>
      each(data, (row, label) => [Math.exp(margins[row]!) - label, Math.exp(margins[row]! + maxDeltaStep)]),
    predict: margins => Math.exp(first(margins)),
    judged: margins => Float64Array.from(margins, Math.exp),
    json: ({ maxDeltaStep }) => ({ poisson_regression_param: { max_delta_step: String(maxDeltaStep) } }),
  },
}

/** In the container's list, but not in this engine: refused by name, never trained as something else. */
export const untrained: readonly string[] = [
  'aft_loss_distribution',
  'binary:hinge',
  'rank:pairwise',
  'rank:ndcg',
  'rank:map',
  'reg:gamma',
  'reg:pseudohubererror',
  'reg:squaredlogerror',
  'reg:tweedie',
  'survival:aft',
  'survival:cox',
]
