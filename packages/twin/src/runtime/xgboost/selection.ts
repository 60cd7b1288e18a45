import { type Booster, groupsOf, marginsOf, predict, rowsOf } from './booster.ts'
import { CustomerError } from './customer-error.ts'
import type { Matrix } from './matrix.ts'
import { softmax } from './objective.ts'

interface Row {
  readonly margins: readonly number[]
  readonly prediction: number | readonly number[]
}

type Key = (row: Row, classes: number) => number | readonly number[]

const positive = ({ prediction }: Row): number => Number(prediction)
const probabilities = ({ margins }: Row): number[] => softmax(margins)
const labels: Key = (_row, classes) => Array.from({ length: classes }, (_, index) => index)
const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values))

const binary: Readonly<Record<string, Key>> = {
  predicted_label: row => (positive(row) > 0.5 ? 1 : 0),
  labels: () => [0, 1],
  probability: positive,
  probabilities: row => [1 - positive(row), positive(row)],
  raw_score: ({ margins }) => margins[0] ?? 0,
  raw_scores: ({ margins }) => [-(margins[0] ?? 0), margins[0] ?? 0],
}

/** The keys a request may choose with SAGEMAKER_INFERENCE_OUTPUT: https://github.com/aws/sagemaker-xgboost-container (inference output) */
const keys: Readonly<Record<string, Readonly<Record<string, Key>>>> = {
  'binary:logistic': binary,
  'reg:logistic': { predicted_score: positive },
  'reg:squarederror': { predicted_score: positive },
  'multi:softprob': {
    predicted_label: row => largest(row.margins),
    labels,
    probability: row => Math.max(...probabilities(row)),
    probabilities,
    raw_score: ({ margins }) => Math.max(...margins),
    raw_scores: ({ margins }) => margins,
  },
  'multi:softmax': {
    predicted_label: positive,
    labels,
    raw_score: ({ margins }) => Math.max(...margins),
    raw_scores: ({ margins }) => margins,
  },
}

export type Selected = Readonly<Record<string, number | readonly number[] | null>>

/** A key that the objective does not have is NaN in the container, null in JSON. */
export const select = (booster: Booster, matrix: Matrix, chosen: readonly string[]): Selected[] => {
  const known = keys[booster.objective]
  if (!known)
    throw new CustomerError(`Objective '${booster.objective}' is not supported for selectable inference predictions.`)
  const predictions = predict(booster, matrix)
  return rowsOf(marginsOf(booster, matrix), groupsOf(booster)).map((margins, index) => {
    const row: Row = { margins, prediction: predictions[index] ?? Number.NaN }
    return Object.fromEntries(chosen.map(key => [key, known[key]?.(row, booster.classes) ?? null]))
  })
}
