export { LineStack } from './line-stack.ts'
export { type StackPlan, stackPlans } from './plan.ts'
export type { PlannedResource } from './planned-resource.ts'
export {
  type CloudFormationTemplate,
  KEY_ARN_PLACEHOLDER,
  type StackEntry,
  type Synthesis,
  type SynthOptions,
  synth,
  synthTemplates,
} from './synth.ts'
