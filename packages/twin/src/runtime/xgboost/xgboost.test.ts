import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Booster, predict } from './booster.ts'
import { churn, churnHyperparameters } from './churn.fixture.ts'
import { readCsv, readLabelledCsv } from './csv.ts'
import { readHyperparameters } from './hyperparameters.ts'
import { readLabelledLibsvm } from './libsvm.ts'
import type { LabelledMatrix } from './matrix.ts'
import { metrics } from './metric.ts'
import { readModel, writeModel } from './model-json.ts'
import { select } from './selection.ts'
import { type Round, training } from './train.ts'

const labelled = { weights: false, emptyLabel: 'leave-out', warn: () => {} } as const
const read = (path: string) => readLabelledCsv([{ name: path, text: readFileSync(path, 'utf8') }], labelled)

const fit = (given: Record<string, string>, train: LabelledMatrix, validation?: LabelledMatrix) => {
  const rounds: Round[] = []
  const steps = training(readHyperparameters(given), train, validation)
  for (;;) {
    const step = steps.next()
    if (step.done) return { booster: step.value, rounds }
    rounds.push(step.value)
  }
}

const rows = (text: string, weights = false) => readLabelledCsv([{ name: 'data.csv', text }], { ...labelled, weights })
const judged = (booster: Booster, data: LabelledMatrix) => ({
  values: Float64Array.from(predict(booster, data), Number),
  groups: 1,
})

describe('training', () => {
  const train = read(churn.train)
  const validation = read(churn.validation)

  test('has the quality of XGBoost 1.7.4 on real data, gives the same model for the same seed, and reads what it writes', () => {
    const { booster, rounds } = fit(churnHyperparameters, train, validation)
    expect(metrics.auc?.of(judged(booster, validation), validation, 0.5)).toBeGreaterThan(0.87)
    const text = writeModel(booster)
    expect(writeModel(fit(churnHyperparameters, train).booster)).toBe(text)
    expect(writeModel(fit({ ...churnHyperparameters, seed: '7' }, train).booster)).not.toBe(text)
    expect(predict(readModel(text), validation)).toEqual(predict(booster, validation))
    expect(rounds.at(-1)?.scores.map(({ data, metric }) => `${data}-${metric}`)).toEqual([
      'train-auc',
      'validation-auc',
    ])
  })

  test('writes no bare integer where XGBoost expects a float', () => {
    const { learner } = JSON.parse(writeModel(fit({ num_round: '1' }, train).booster))
    expect(learner.learner_model_param).toMatchObject({ base_score: '5E-1', num_feature: '69' })
    const text = writeModel(fit({ num_round: '1' }, train).booster)
    for (const name of ['base_weights', 'loss_changes', 'split_conditions', 'sum_hessian']) {
      const [, values = ''] = new RegExp(`"${name}":\\[([^\\]]*)\\]`).exec(text) ?? []
      expect(values.split(',').filter(value => !value.includes('E'))).toEqual([])
    }
  })

  test('early stopping keeps the best round', () => {
    const given = { objective: 'binary:logistic', num_round: '300', eval_metric: 'logloss', early_stopping_rounds: '5' }
    const { booster, rounds } = fit(given, train, validation)
    const values = rounds.map(round => round.scores.at(-1)?.value ?? 0)
    const best = values.indexOf(Math.min(...values))
    expect(rounds.length).toBe(best + 6)
    expect(booster.trees.length).toBe(best + 1)
    expect(booster.attributes.best_iteration).toBe(String(best))
  })
})

test('missing values go to the side that they fit, weights count, classes are told apart', () => {
  const gaps = rows(Array.from({ length: 40 }, (_, i) => (i % 2 ? `1,${i},` : `0,${i},5`)).join('\n'))
  const alone = fit({ objective: 'binary:logistic', num_round: '20', min_child_weight: '0' }, gaps).booster
  expect(predict(alone, readCsv('3,')).map(p => Number(p) > 0.9)).toEqual([true])
  expect(predict(alone, readCsv('3,5')).map(p => Number(p) < 0.1)).toEqual([true])

  const weighted = rows('1,9,0\n0,1,0', true)
  const { booster } = fit(
    { objective: 'binary:logistic', num_round: '50', min_child_weight: '0', csv_weights: '1' },
    weighted,
  )
  expect(Number(predict(booster, readCsv('0'))[0])).toBeCloseTo(0.9, 1)

  const three = rows(Array.from({ length: 30 }, (_, i) => `${i % 3},${i % 3},1`).join('\n'))
  const soft = fit(
    { objective: 'multi:softprob', num_class: '3', num_round: '10', min_child_weight: '0' },
    three,
  ).booster
  const [first] = predict(soft, readCsv('2,1')) as number[][]
  expect(first?.indexOf(Math.max(...first))).toBe(2)
  expect(first?.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
})

test('gamma and min_child_weight prune', () => {
  const noisy = rows(Array.from({ length: 60 }, (_, i) => `${(i * 7) % 5 > 2 ? 1 : 0},${i}`).join('\n'))
  const nodes = (given: Record<string, string>) =>
    fit({ objective: 'binary:logistic', num_round: '1', ...given }, noisy).booster.trees[0]?.left.length ?? 0
  expect(nodes({ gamma: '0', min_child_weight: '0' })).toBeGreaterThan(3)
  expect(nodes({ gamma: '50' })).toBe(1)
  expect(nodes({ min_child_weight: '100' })).toBe(1)
})

test('bad data is refused with file, line and column', () => {
  expect(() => rows('1,2\n0,x')).toThrow("file 'data.csv', line 2, column 2: 'x' is not a number")
  expect(() => rows('1,2\n\n0,1,2')).toThrow("file 'data.csv', line 3 has 3 columns; line 1 has 2")
  expect(() => readLabelledLibsvm([{ name: 'a', text: '1 1:2\n1 3;4' }])).toThrow("file 'a', line 2")
  expect(rows('1;2;3\n0;;3').values).toEqual(Float32Array.of(2, 3, Number.NaN, 3))
  expect(() => fit({ objective: 'binary:logistic', num_round: '1' }, rows('2,1'))).toThrow(
    'label must be in [0,1] for logistic regression',
  )
})

test('hyperparameters are judged in the container’s words', () => {
  const cases: [Record<string, string>, string][] = [
    [{}, 'Missing required hyperparameter: num_round'],
    [{ num_round: '0' }, 'Hyperparameter num_round: 0 is not in [1, +inf)'],
    [{ num_round: 'many' }, 'Hyperparameter num_round: could not parse value'],
    [{ num_round: '1', learning_rate: '2' }, 'Hyperparameter eta: 2 is not in [0, 1]'],
    [{ num_round: '1', depth: '3' }, 'Extraneous hyperparameter found: depth'],
    [{ num_round: '1', objective: 'binary:magic' }, 'Hyperparameter objective: binary:magic is not in ['],
    [{ num_round: '1', objective: 'rank:ndcg' }, 'is not supported by the embedded XGBoost engine'],
    [{ num_round: '1', objective: 'multi:softmax' }, "Require input for parameter 'num_class'"],
    [
      { num_round: '1', eval_metric: 'auc' },
      "Metric 'auc' can only be applied for classification and ranking problems.",
    ],
  ]
  for (const [given, message] of cases) expect(() => readHyperparameters(given)).toThrow(message)
})

test('an answer may hold the keys that were asked for', () => {
  const data = rows('0,1\n1,5\n0,2\n1,6')
  const { booster } = fit({ objective: 'binary:logistic', num_round: '20', min_child_weight: '0' }, data)
  const [row] = select(booster, readCsv('6'), ['predicted_label', 'probabilities', 'predicted_score'])
  const [low = 0, high = 0] = (row?.probabilities ?? []) as number[]
  expect(row).toMatchObject({ predicted_label: 1, predicted_score: null })
  expect(low + high).toBeCloseTo(1)
})

test('what is not an XGBoost JSON model is refused', () => {
  expect(() => readModel('binf\u0000')).toThrow('not XGBoost JSON')
  expect(() => readModel('{"learner":{}}')).toThrow("'gradient_booster' is missing")
})
