import { bin } from './bins.ts'
import { addTrees, type Booster, groupsOf, objectiveOf } from './booster.ts'
import { CustomerError } from './customer-error.ts'
import { growTree } from './grow.ts'
import type { Hyperparameters } from './hyperparameters.ts'
import type { LabelledMatrix } from './matrix.ts'
import { metricNamed } from './metric.ts'
import { seeded } from './random.ts'
import type { Tree } from './tree.ts'

export interface Score {
  readonly data: string
  readonly metric: string
  readonly value: number
}

export interface Round {
  readonly round: number
  readonly scores: readonly Score[]
}

interface Watched {
  readonly name: string
  readonly data: LabelledMatrix
  readonly margins: Float32Array
}

const scoresOf = (watched: readonly Watched[], { evalMetrics, objective, classes }: Hyperparameters): Score[] =>
  watched.flatMap(({ name, data, margins }) => {
    const groups = groupsOf({ classes })
    const judged = { values: objectiveOf(objective).judged(margins, groups), groups }
    return evalMetrics.flatMap(metric => {
      const known = metricNamed(metric)
      return known ? [{ data: name, metric, value: known.metric.of(judged, data, known.threshold) }] : []
    })
  })

/** The last metric on the last data decides when to stop: https://xgboost.readthedocs.io/en/release_1.7.0/python/callbacks.html */
const patience = (rounds: number | undefined) => {
  let best: { readonly round: number; readonly value: number } | undefined
  return {
    best: () => best,
    exhausted: ({ round, scores }: Round): boolean => {
      const last = scores.at(-1)
      if (rounds === undefined || !last) return false
      const sign = metricNamed(last.metric)?.metric.maximize ? 1 : -1
      if (!best || sign * last.value > sign * best.value) best = { round, value: last.value }
      return round - best.round >= rounds
    },
  }
}

const check = (name: string, data: LabelledMatrix, { objective, classes }: Hyperparameters): void => {
  if (data.rows === 0) throw new CustomerError(`No data in ${name} channel`)
  if (data.values.some(value => Math.abs(value) === Number.POSITIVE_INFINITY))
    throw new CustomerError('Input data contains `inf` or a value too large, while `missing` is not set to `inf`')
  objectiveOf(objective).checkLabels(data.labels, classes)
  if (data.weights?.some(weight => !(weight >= 0))) throw new CustomerError('Weights must be positive values.')
}

/**
 * Gradient boosting over `train`; yields the scores of each round, so that the caller may log, stop or checkpoint between rounds.
 * `next('stop')` ends it after this round. What it returns is the model, cut back to the best round if `early_stopping_rounds` asked for it.
 */
export function* training(
  hyperparameters: Hyperparameters,
  train: LabelledMatrix,
  validation?: LabelledMatrix,
): Generator<Round, Booster, 'stop' | undefined> {
  check('train', train, hyperparameters)
  if (validation) {
    check('validation', validation, hyperparameters)
    if (validation.columns !== train.columns)
      throw new CustomerError(
        `feature_names mismatch: training data has ${train.columns} features, validation data ${validation.columns}`,
      )
  }
  const objective = objectiveOf(hyperparameters.objective)
  const groups = groupsOf(hyperparameters)
  const start = objective.toMargin(hyperparameters.baseScore)
  const watch = (name: string, data: LabelledMatrix): Watched => ({
    name,
    data,
    margins: new Float32Array(data.rows * groups).fill(start),
  })
  const own = watch('train', train)
  const watched = [own, ...(validation ? [watch('validation', validation)] : [])]
  const binned = bin(train, hyperparameters.maxBin)
  const random = seeded(hyperparameters.seed)
  const stopping = patience(hyperparameters.earlyStoppingRounds)
  const trees: Tree[] = []
  const treeGroups: number[] = []
  for (let round = 0; round < hyperparameters.rounds; round++) {
    const grown: Tree[] = []
    for (let group = 0; group < groups; group++) {
      const { g, h } = objective.gradients(train, own.margins, group, groups, hyperparameters)
      grown.push(growTree(binned, g, h, hyperparameters, random))
    }
    const classes = grown.map((_, group) => group)
    for (const { data, margins } of watched) addTrees(margins, data, grown, classes, groups)
    trees.push(...grown)
    treeGroups.push(...classes)
    const done = { round, scores: scoresOf(watched, hyperparameters) }
    const word = yield done
    if (word === 'stop' || stopping.exhausted(done)) break
  }
  const best = stopping.best()
  const kept = best ? (best.round + 1) * groups : trees.length
  return {
    objective: hyperparameters.objective === 'reg:linear' ? 'reg:squarederror' : hyperparameters.objective,
    features: train.columns,
    classes: hyperparameters.classes,
    baseScore: hyperparameters.baseScore,
    scalePosWeight: hyperparameters.scalePosWeight,
    maxDeltaStep: hyperparameters.maxDeltaStep,
    trees: trees.slice(0, kept),
    groups: treeGroups.slice(0, kept),
    attributes: best ? { best_iteration: String(best.round), best_score: String(best.value) } : {},
  }
}
