import { fileURLToPath } from 'node:url'

/** The example's data; the hyperparameters are those that real XGBoost 1.7.4 was measured with (AUC 0.8787 on the labelled rows). */
const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../../examples/churn/data/${name}`, import.meta.url))

export const churn = { train: file('train.csv'), validation: file('validation.csv') }

export const churnHyperparameters = {
  objective: 'binary:logistic',
  max_depth: '5',
  eta: '0.2',
  subsample: '0.8',
  min_child_weight: '6',
  gamma: '4',
  num_round: '100',
  eval_metric: 'auc',
}
