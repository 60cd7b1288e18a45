import type { SourceFile } from '../source/spot.ts'
import type { Template } from '../template/template.ts'
import { isObject, member } from '../template/value.ts'

/** `aws codepipeline create-pipeline --cli-input-json`: what `get-pipeline` answers, too. */
export const isPipelineDocument = (value: unknown): boolean =>
  Array.isArray(member(member(value, 'pipeline'), 'stages'))

/** The pipeline in CloudFormation's words: its keys begin with a capital, the keys of a configuration are as they are. */
export function pipelineTemplate(file: SourceFile): Template {
  const properties = capitalised(member(file.value, 'pipeline'))
  const declaration = { Type: 'AWS::CodePipeline::Pipeline', Properties: properties }
  return {
    file,
    parameters: {},
    conditions: {},
    mappings: {},
    outputs: {},
    resources: new Map([['Pipeline', { type: 'AWS::CodePipeline::Pipeline', declaration }]]),
  }
}

function capitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalised)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      key === 'configuration' ? each : capitalised(each),
    ]),
  )
}
