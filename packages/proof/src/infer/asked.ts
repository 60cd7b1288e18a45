import type { Line } from './line.ts'
import type { Action, Pipeline } from './pipeline.ts'

/** An action whose needs are asked for, and where it stands. */
export interface Asked {
  readonly action: Action
  readonly pipeline: Pipeline
  readonly line: Line
}
