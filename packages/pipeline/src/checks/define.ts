import type {
  ApproveInput,
  Definition,
  DefinitionInput,
  DeployInput,
  SourceInput,
  StageInput,
  TrainInput,
} from '../definition/schema.ts'
import { validated } from './validate.ts'

/** The definition of a line, checked; throws `InvalidDefinition` with every finding. */
export const definePipeline = (input: DefinitionInput): Definition => validated(input)

export const codecommit = (source: SourceInput): DefinitionInput['source'] => ({ kind: 'codecommit', ...source })

export const train = (stage: TrainInput): StageInput => ({ kind: 'train', ...stage })

export const approve = (stage: ApproveInput = {}): StageInput => ({ kind: 'approve', ...stage })

export const deployEndpoint = (stage: DeployInput): StageInput => ({ kind: 'deploy-endpoint', ...stage })
