import type { Access } from '@tripoint/pipeline'
import type { Need } from '../needs/need.ts'
import type { Spot } from '../source/spot.ts'

export const needAt =
  (spot: Spot) =>
  (access: Access): Need => ({ access, spot })
