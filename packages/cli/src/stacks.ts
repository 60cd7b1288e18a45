export { LineStack, type StackEntry, type Synthesis, type SynthOptions, synth, synthTemplates } from '@tripoint/stacks'
