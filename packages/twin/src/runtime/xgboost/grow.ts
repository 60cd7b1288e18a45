import type { Binned } from './bins.ts'
import type { Hyperparameters } from './hyperparameters.ts'
import { type Random, sample } from './random.ts'
import { bestSplit, type Split, type Sums, weightOf } from './split.ts'
import { noParent, type Tree } from './tree.ts'

interface Open {
  readonly node: number
  readonly depth: number
  readonly rows: Int32Array
  readonly sums: Sums
  readonly histogram: Float64Array
}

const histogramOf = (
  binned: Binned,
  features: readonly number[],
  rows: Int32Array,
  g: Float64Array,
  h: Float64Array,
) => {
  const histogram = new Float64Array(binned.total * 2)
  for (const feature of features) {
    const column = binned.columns[feature]!
    const offset = binned.offsets[feature]!
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const at = (offset + column[row]!) * 2
      histogram[at]! += g[row]!
      histogram[at + 1]! += h[row]!
    }
  }
  return histogram
}

const subtract = (whole: Float64Array, part: Float64Array): Float64Array => {
  const rest = new Float64Array(whole.length)
  for (let i = 0; i < whole.length; i++) rest[i] = whole[i]! - part[i]!
  return rest
}

const divide = (binned: Binned, split: Split, rows: Int32Array): [Int32Array, Int32Array] => {
  const column = binned.columns[split.feature]!
  const missing = binned.cuts[split.feature]!.length + 1
  const left = new Int32Array(rows.length)
  const right = new Int32Array(rows.length)
  let lefts = 0
  let rights = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const bin = column[row]!
    if (bin === missing ? split.defaultLeft : bin <= split.cut) left[lefts++] = row
    else right[rights++] = row
  }
  return [left.subarray(0, lefts), right.subarray(0, rights)]
}

const sampleRows = (count: number, share: number, random: Random): Int32Array => {
  const rows = new Int32Array(count)
  let taken = 0
  for (let row = 0; row < count; row++) if (share >= 1 || random() < share) rows[taken++] = row
  return rows.subarray(0, taken)
}

const sumOver = (rows: Int32Array, gradients: Float64Array, hessians: Float64Array): Sums => {
  let g = 0
  let h = 0
  for (const row of rows) {
    g += gradients[row]!
    h += hessians[row]!
  }
  return { g, h }
}

const fraction = (features: readonly number[], share: number, random: Random): number[] =>
  sample(features, Math.max(1, Math.floor(features.length * share)), random)

/** Grows one tree level by level from the gradients of the sampled rows. */
export const growTree = (
  binned: Binned,
  gradients: Float64Array,
  hessians: Float64Array,
  hyperparameters: Hyperparameters,
  random: Random,
): Tree => {
  const all = binned.columns.map((_, index) => index)
  const treeFeatures = fraction(all, hyperparameters.colsampleByTree, random)
  const tree = { left: [-1], right: [-1], parents: [noParent], features: [0], conditions: [0], defaultLeft: [false] }
  const stats = { gains: [0], hessians: [0], weights: [0] }
  const rows = sampleRows(binned.rows, hyperparameters.subsample, random)
  const sums = sumOver(rows, gradients, hessians)
  const histogram = histogramOf(binned, treeFeatures, rows, gradients, hessians)
  let level: Open[] = [{ node: 0, depth: 0, rows, sums, histogram }]

  const close = (node: number, its: Sums) => {
    const weight = weightOf(its, hyperparameters)
    stats.hessians[node] = its.h
    stats.weights[node] = weight
    tree.conditions[node] = Math.fround(weight * hyperparameters.eta)
  }
  const child = (parent: Open, its: Sums): number => {
    const node = tree.left.push(-1) - 1
    tree.right.push(-1)
    tree.parents.push(parent.node)
    tree.features.push(0)
    tree.defaultLeft.push(false)
    stats.gains.push(0)
    close(node, its)
    return node
  }

  close(0, sums)
  while (level.length > 0) {
    const levelFeatures = fraction(treeFeatures, hyperparameters.colsampleByLevel, random)
    const next: Open[] = []
    for (const open of level) {
      if (hyperparameters.maxDepth > 0 && open.depth >= hyperparameters.maxDepth) continue
      const features = fraction(levelFeatures, hyperparameters.colsampleByNode, random)
      const split = bestSplit(open.histogram, open.sums, features, binned, hyperparameters)
      if (!split) continue
      const [leftRows, rightRows] = divide(binned, split, open.rows)
      const left = child(open, split.left)
      const right = child(open, split.right)
      tree.left[open.node] = left
      tree.right[open.node] = right
      tree.features[open.node] = split.feature
      tree.conditions[open.node] = split.condition
      tree.defaultLeft[open.node] = split.defaultLeft
      stats.gains[open.node] = split.gain
      const leftIsSmall = leftRows.length <= rightRows.length
      const small = histogramOf(binned, treeFeatures, leftIsSmall ? leftRows : rightRows, gradients, hessians)
      const large = subtract(open.histogram, small)
      const depth = open.depth + 1
      next.push({ node: left, depth, rows: leftRows, sums: split.left, histogram: leftIsSmall ? small : large })
      next.push({ node: right, depth, rows: rightRows, sums: split.right, histogram: leftIsSmall ? large : small })
    }
    level = next
  }
  return { ...tree, ...stats }
}
