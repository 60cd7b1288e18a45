import type { Binned } from './bins.ts'
import type { Hyperparameters } from './hyperparameters.ts'

/** Sums of gradients and second derivatives: all that a node's weight and a split's gain need. */
export interface Sums {
  readonly g: number
  readonly h: number
}

export interface Split {
  readonly gain: number
  readonly feature: number
  readonly cut: number
  readonly condition: number
  readonly defaultLeft: boolean
  readonly left: Sums
  readonly right: Sums
}

export type Regularisation = Pick<Hyperparameters, 'lambda' | 'alpha' | 'gamma' | 'minChildWeight' | 'maxDeltaStep'>

const shrink = (g: number, alpha: number): number => (g > alpha ? g - alpha : g < -alpha ? g + alpha : 0)

export const weightOf = ({ g, h }: Sums, { lambda, alpha, maxDeltaStep }: Regularisation): number => {
  if (h <= 0) return 0
  const weight = -shrink(g, alpha) / (h + lambda)
  return maxDeltaStep === 0 ? weight : Math.max(-maxDeltaStep, Math.min(maxDeltaStep, weight))
}

/** Twice the drop in loss that the node's weight brings, as in "XGBoost: A Scalable Tree Boosting System" (2016), eq. 6. */
const scoreOf = (sums: Sums, regularisation: Regularisation): number => {
  const { lambda, alpha, maxDeltaStep } = regularisation
  if (sums.h <= 0) return 0
  if (maxDeltaStep === 0) return shrink(sums.g, alpha) ** 2 / (sums.h + lambda)
  const w = weightOf(sums, regularisation)
  return -(2 * sums.g * w + (sums.h + lambda) * w * w + 2 * alpha * Math.abs(w))
}

const noise = 1e-6

/** The best split of a node over these features, trying missing values on both sides. */
export const bestSplit = (
  histogram: Float64Array,
  node: Sums,
  features: readonly number[],
  { cuts, offsets }: Binned,
  regularisation: Regularisation,
): Split | undefined => {
  const { minChildWeight, gamma } = regularisation
  const own = scoreOf(node, regularisation)
  let best: Split | undefined
  for (const feature of features) {
    const edges = cuts[feature]!
    const offset = offsets[feature]! * 2
    const missing = offset + (edges.length + 1) * 2
    const missingG = histogram[missing]!
    const missingH = histogram[missing + 1]!
    let g = 0
    let h = 0
    for (let cut = 0; cut < edges.length; cut++) {
      g += histogram[offset + cut * 2]!
      h += histogram[offset + cut * 2 + 1]!
      for (const defaultLeft of missingH > noise ? [false, true] : [false]) {
        const left = defaultLeft ? { g: g + missingG, h: h + missingH } : { g, h }
        const right = { g: node.g - left.g, h: node.h - left.h }
        if (left.h < minChildWeight || right.h < minChildWeight || left.h <= noise || right.h <= noise) continue
        const gain = scoreOf(left, regularisation) + scoreOf(right, regularisation) - own
        if (gain <= noise || gain < gamma || gain <= (best?.gain ?? 0)) continue
        best = { gain, feature, cut, condition: edges[cut]!, defaultLeft, left, right }
      }
    }
  }
  return best
}
