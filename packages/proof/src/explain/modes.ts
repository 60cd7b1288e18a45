import { DENIAL_MODES, GENERAL_MODES } from './denial-modes.ts'
import type { Mode } from './mode.ts'
import { MODEL_MODES } from './model-modes.ts'
import { PIPELINE_MODES } from './pipeline-modes.ts'
import { POLICY_MODES } from './policy-modes.ts'
import { STACK_MODES } from './stack-modes.ts'

const order = ({ number }: Mode): number => Number(number?.slice(1))

/** The ways in which pipelines across accounts are known to fail, in the order of their numbers. */
export const KNOWN_MODES: readonly Mode[] = [
  ...PIPELINE_MODES,
  ...POLICY_MODES,
  ...STACK_MODES,
  ...MODEL_MODES,
].toSorted((one, other) => order(one) - order(other))

export const MODES: readonly Mode[] = [...KNOWN_MODES, ...GENERAL_MODES, ...DENIAL_MODES]
