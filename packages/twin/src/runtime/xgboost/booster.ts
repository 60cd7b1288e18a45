import { CustomerError } from './customer-error.ts'
import type { Matrix } from './matrix.ts'
import { type Objective, objectives } from './objective.ts'
import { leafValue, type Tree } from './tree.ts'

/** A model: trees in the order they were grown, `classes` of them a round. */
export interface Booster {
  readonly objective: string
  readonly features: number
  readonly classes: number
  /** As the user gave it; the objective turns it into the margin that prediction starts from. */
  readonly baseScore: number
  readonly scalePosWeight: number
  readonly maxDeltaStep: number
  readonly trees: readonly Tree[]
  /** The class that each tree belongs to. */
  readonly groups: readonly number[]
  readonly attributes: Readonly<Record<string, string>>
}

export const objectiveOf = (name: string): Objective => {
  const objective = objectives[name]
  if (!objective) throw new CustomerError(`Unknown objective function: \`${name}\``)
  return objective
}

export const groupsOf = ({ classes }: { readonly classes: number }): number => Math.max(1, classes)

/** Adds trees to margins, in 32 bits and tree by tree, as XGBoost does. */
export const addTrees = (
  margins: Float32Array,
  matrix: Matrix,
  trees: readonly Tree[],
  groups: readonly number[],
  of: number,
) => {
  for (let row = 0; row < matrix.rows; row++) {
    const offset = row * matrix.columns
    for (const [index, tree] of trees.entries()) {
      const at = row * of + groups[index]!
      margins[at] = margins[at]! + leafValue(tree, matrix.values, offset)
    }
  }
}

export const marginsOf = (booster: Booster, matrix: Matrix): Float32Array => {
  const groups = groupsOf(booster)
  const margins = new Float32Array(matrix.rows * groups).fill(
    objectiveOf(booster.objective).toMargin(booster.baseScore),
  )
  addTrees(margins, matrix, booster.trees, booster.groups, groups)
  return margins
}

/** The margins of each row, apart. */
export const rowsOf = (margins: Float32Array, groups: number): number[][] =>
  Array.from({ length: margins.length / groups }, (_, row) => [...margins.subarray(row * groups, (row + 1) * groups)])

const float32 = (value: number | number[]): number | number[] =>
  typeof value === 'number' ? Math.fround(value) : value.map(Math.fround)

export const predict = (booster: Booster, matrix: Matrix): (number | number[])[] => {
  const { predict: told } = objectiveOf(booster.objective)
  return rowsOf(marginsOf(booster, matrix), groupsOf(booster)).map(margins => float32(told(margins)))
}
