export {
  type Access,
  accessList,
  approve,
  codecommit,
  type Definition,
  type DefinitionInput,
  definePipeline,
  deployEndpoint,
  type Finding,
  InvalidDefinition,
  train,
} from '@tripoint/pipeline'
