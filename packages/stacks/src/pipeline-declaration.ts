import { type Definition, namesOf, type PipelineAction, pipelineStages, type Template } from '@tripoint/pipeline'
import type { PlannedResource } from './planned-resource.ts'

type Declaration = { readonly [key: string]: Template }

/** The pipeline in the words of `aws codepipeline create-pipeline --cli-input-json`. */
export function pipelineDeclaration(definition: Definition, keyArn: Template): Declaration {
  const names = namesOf(definition)
  return {
    name: names.pipeline,
    pipelineType: 'V2',
    roleArn: names.pipelineRole.arn,
    artifactStore: { type: 'S3', location: names.bucket, encryptionKey: { id: keyArn, type: 'KMS' } },
    stages: pipelineStages(definition).map(stage => ({ name: stage.name, actions: stage.actions.map(declared) })),
  }
}

const declared = (action: PipelineAction): Template => ({
  name: action.name,
  actionTypeId: { category: action.category, owner: action.owner, provider: action.provider, version: '1' },
  runOrder: action.runOrder,
  ...(Object.keys(action.configuration).length > 0 ? { configuration: action.configuration } : {}),
  ...(action.inputs ? { inputArtifacts: action.inputs.map(name => ({ name })) } : {}),
  ...(action.outputs ? { outputArtifacts: action.outputs.map(name => ({ name })) } : {}),
  ...(action.namespace === undefined ? {} : { namespace: action.namespace }),
  ...(action.role ? { roleArn: action.role.arn } : {}),
})

/** The same in CloudFormation's words: its keys begin with a capital, the keys of a configuration are as they are. */
export const pipelineResource = (definition: Definition): PlannedResource => ({
  logicalId: 'Pipeline',
  type: 'AWS::CodePipeline::Pipeline',
  properties: capitalised(pipelineDeclaration(definition, { Ref: 'KeyArn' })),
})

const capitalised = (declaration: Declaration): Declaration =>
  Object.fromEntries(
    Object.entries(declaration).map(([key, value]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      key === 'configuration' || key === 'id' ? value : inside(value),
    ]),
  )

function inside(value: Template): Template {
  if (Array.isArray(value)) return value.map(inside)
  return typeof value === 'object' ? capitalised(value as Declaration) : value
}
