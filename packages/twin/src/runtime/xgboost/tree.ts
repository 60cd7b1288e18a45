/** One regression tree, node for node as XGBoost's JSON has it; a leaf has left child -1 and its value in `conditions`. */
export interface Tree {
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly parents: readonly number[]
  readonly features: readonly number[]
  readonly conditions: readonly number[]
  readonly defaultLeft: readonly boolean[]
  readonly gains: readonly number[]
  readonly hessians: readonly number[]
  readonly weights: readonly number[]
}

/** The root's parent in XGBoost's files. */
export const noParent = 2147483647

export const leafValue = (tree: Tree, values: Float32Array, offset: number): number => {
  let node = 0
  for (;;) {
    const left = tree.left[node]!
    if (left === -1) return tree.conditions[node]!
    const value = values[offset + tree.features[node]!]!
    const goLeft = Number.isNaN(value) ? tree.defaultLeft[node]! : value < tree.conditions[node]!
    node = goLeft ? left : tree.right[node]!
  }
}
