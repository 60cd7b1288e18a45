import { CustomerError } from './customer-error.ts'
import { metricNamed } from './metric.ts'
import { objectives, untrained } from './objective.ts'

export interface Hyperparameters {
  readonly objective: string
  readonly rounds: number
  readonly classes: number
  readonly eta: number
  readonly gamma: number
  readonly maxDepth: number
  readonly minChildWeight: number
  readonly maxDeltaStep: number
  readonly subsample: number
  readonly colsampleByTree: number
  readonly colsampleByLevel: number
  readonly colsampleByNode: number
  readonly lambda: number
  readonly alpha: number
  readonly scalePosWeight: number
  readonly baseScore: number
  readonly maxBin: number
  readonly seed: number
  readonly csvWeights: boolean
  readonly evalMetrics: readonly string[]
  readonly earlyStoppingRounds: number | undefined
}

/** Bounds written as in mathematics: `(0, 1]` leaves 0 out and keeps 1. */
interface NumberEntry {
  readonly kind: 'integer' | 'float'
  readonly range: string
}
interface ChoiceEntry {
  readonly kind: 'choice'
  readonly choices: readonly string[]
  /** Of the choices, those that this engine honours; the others are refused by name. */
  readonly honoured?: readonly string[]
}
interface TextEntry {
  readonly kind: 'text'
}
type Entry = NumberEntry | ChoiceEntry | TextEntry

const integer = (range: string): NumberEntry => ({ kind: 'integer', range })
const float = (range: string): NumberEntry => ({ kind: 'float', range })
const choice = (choices: readonly string[], honoured?: readonly string[]): ChoiceEntry =>
  honoured ? { kind: 'choice', choices, honoured } : { kind: 'choice', choices }

/** Names and ranges of SageMaker's XGBoost: https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html */
const entries: Readonly<Record<string, Entry>> = {
  num_round: integer('[1, +inf)'),
  csv_weights: integer('[0, 1]'),
  early_stopping_rounds: integer('[1, +inf)'),
  booster: choice(['gbtree', 'gblinear', 'dart'], ['gbtree']),
  verbosity: integer('[0, 3]'),
  nthread: integer('[1, +inf)'),
  eta: float('[0, 1]'),
  gamma: float('[0, +inf)'),
  max_depth: integer('[0, +inf)'),
  min_child_weight: float('[0, +inf)'),
  max_delta_step: float('[0, +inf)'),
  subsample: float('(0, 1]'),
  colsample_bytree: float('(0, 1]'),
  colsample_bylevel: float('(0, 1]'),
  colsample_bynode: float('(0, 1]'),
  lambda: float('[0, +inf)'),
  alpha: float('[0, +inf)'),
  tree_method: choice(['auto', 'exact', 'approx', 'hist', 'gpu_hist']),
  sketch_eps: float('(0, 1)'),
  scale_pos_weight: float('(0, +inf)'),
  process_type: choice(['default', 'update'], ['default']),
  grow_policy: choice(['depthwise', 'lossguide'], ['depthwise']),
  max_bin: integer('[2, 65534]'),
  predictor: choice(['auto', 'cpu_predictor', 'gpu_predictor']),
  objective: choice([...Object.keys(objectives), ...untrained], Object.keys(objectives)),
  num_class: integer('[2, +inf)'),
  base_score: float('[0, +inf)'),
  eval_metric: { kind: 'text' },
  _tuning_objective_metric: { kind: 'text' },
  seed: integer('(-2147483648, 2147483647)'),
  num_parallel_tree: integer('[1, 1]'),
  save_model_on_termination: choice(['true', 'false']),
}

const aliases: Readonly<Record<string, string>> = {
  learning_rate: 'eta',
  min_split_loss: 'gamma',
  reg_lambda: 'lambda',
  reg_alpha: 'alpha',
}

/** The container knows these and this engine does not: to leave them out silently would train another model. */
const unsupported = [
  'updater',
  'dsplit',
  'refresh_leaf',
  'max_leaves',
  'monotone_constraints',
  'interaction_constraints',
  'sample_type',
  'normalize_type',
  'rate_drop',
  'one_drop',
  'skip_drop',
  'lambda_bias',
  'tweedie_variance_power',
  'aft_loss_distribution',
  'aft_loss_distribution_scale',
  'deterministic_histogram',
  'sampling_method',
  'prob_buffer_row',
  'use_dask_gpu_training',
  '_kfold',
  '_num_cv_round',
] as const

const inRange = (value: number, range: string): boolean => {
  const [low = 0, high = 0] = range
    .slice(1, -1)
    .split(',')
    .map(bound => Number(bound.replace('inf', 'Infinity')))
  return (range.startsWith('[') ? value >= low : value > low) && (range.endsWith(']') ? value <= high : value < high)
}

const notHere = (text: string): never => {
  throw new CustomerError(`${text} is not supported by the embedded XGBoost engine`)
}

const readNumber = (name: string, { kind, range }: NumberEntry, text: string): number => {
  const pattern = kind === 'integer' ? /^\s*[+-]?\d+\s*$/ : /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i
  if (!pattern.test(text))
    throw new CustomerError(`Hyperparameter ${name}: could not parse value (caused by ValueError): '${text}'`)
  const value = Number(text)
  if (!inRange(value, range)) throw new CustomerError(`Hyperparameter ${name}: ${value} is not in ${range}`)
  return value
}

const checkChoice = (name: string, { choices, honoured = choices }: ChoiceEntry, text: string): string => {
  if (!choices.includes(text))
    throw new CustomerError(`Hyperparameter ${name}: ${text} is not in [${choices.map(one => `'${one}'`).join(', ')}]`)
  return honoured.includes(text) ? text : notHere(`Hyperparameter ${name}: ${text}`)
}

const checkMetrics = (names: readonly string[], objective: string): void => {
  for (const name of names) {
    const known = metricNamed(name)
    if (!known) notHere(`Hyperparameter eval_metric: ${name}`)
    if (known && (Number.isNaN(known.threshold) || (name.includes('@') && !name.startsWith('error@'))))
      throw new CustomerError(`Threshold value 't' in '${name.split('@')[0]}@t' expects float input.`)
    if (name === 'auc' && !objective.startsWith('binary:'))
      throw new CustomerError("Metric 'auc' can only be applied for classification and ranking problems.")
  }
}

/** Hyperparameters as SageMaker hands them over, all strings, judged in the container's order and words. */
export const readHyperparameters = (given: Readonly<Record<string, string>>): Hyperparameters => {
  const texts = new Map(Object.entries(given).map(([name, text]) => [aliases[name] ?? name, String(text)]))
  if (!texts.has('num_round')) throw new CustomerError('Missing required hyperparameter: num_round')
  const numbers = new Map<string, number>()
  for (const [name, text] of texts) {
    if (unsupported.some(one => one === name)) notHere(`Hyperparameter ${name}`)
    const entry = entries[name]
    if (!entry) throw new CustomerError(`Extraneous hyperparameter found: ${name}`)
    if (entry.kind === 'choice') checkChoice(name, entry, text)
    else if (entry.kind !== 'text') numbers.set(name, readNumber(name, entry, text))
  }
  const number = (name: string, otherwise: number): number => numbers.get(name) ?? otherwise
  const objective = texts.get('objective') ?? 'reg:squarederror'
  const multiclass = objectives[objective]?.multiclass ?? false
  if (multiclass && !numbers.has('num_class'))
    throw new CustomerError("Require input for parameter 'num_class' for multi-classification")
  if (!texts.has('objective') && numbers.has('num_class'))
    throw new CustomerError(
      "Do not need to setup parameter 'num_class' for learning task other than multi-classification.",
    )
  const tuned = texts.get('_tuning_objective_metric')?.split(':').at(-1)
  const asked = (texts.get('eval_metric')?.split(',') ?? []).map(name => name.trim()).filter(name => name !== '')
  const evalMetrics = [...new Set([...asked, ...(tuned ? [tuned] : [])])]
  checkMetrics(evalMetrics, objective)
  return {
    objective,
    rounds: number('num_round', 1),
    classes: multiclass ? number('num_class', 2) : 0,
    eta: number('eta', 0.3),
    gamma: number('gamma', 0),
    maxDepth: number('max_depth', 6),
    minChildWeight: number('min_child_weight', 1),
    maxDeltaStep: number('max_delta_step', objective === 'count:poisson' ? 0.7 : 0),
    subsample: number('subsample', 1),
    colsampleByTree: number('colsample_bytree', 1),
    colsampleByLevel: number('colsample_bylevel', 1),
    colsampleByNode: number('colsample_bynode', 1),
    lambda: number('lambda', 1),
    alpha: number('alpha', 0),
    scalePosWeight: number('scale_pos_weight', 1),
    baseScore: number('base_score', 0.5),
    maxBin: number('max_bin', 256),
    seed: number('seed', 0),
    csvWeights: number('csv_weights', 0) === 1,
    evalMetrics: evalMetrics.length > 0 ? evalMetrics : [objectives[objective]?.defaultMetric ?? 'rmse'],
    earlyStoppingRounds: numbers.get('early_stopping_rounds'),
  }
}
