import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from '@aws-sdk/client-codepipeline'
import { type Reader, table } from '../../../engine/index.ts'
import type { Call, Demand } from '../../../gate/index.ts'
import { pipelineNotFound, stageNotFound } from './errors.ts'

export interface Pipeline {
  account: string
  region: string
  name: string
  arn: string
  version: number
  declaration: PipelineDeclaration
  created: number
  updated: number
  updatedBy: string
  /** Executions so far: their order. */
  executions: number
  tags: Record<string, string>
}

export type PipelineKey = readonly [account: string, region: string, name: string]

export const pipelines = table<Pipeline>('codepipeline/pipeline') // [account, region, name]
/** An execution goes on with the version that it began with. */
export const versions = table<PipelineDeclaration>('codepipeline/version') // [account, region, name, version]

export const pipelineArn = (account: string, region: string, name: string) =>
  `arn:aws:codepipeline:${region}:${account}:${name}`
export const keyOf = ({ account, region, name }: Pipeline): PipelineKey => [account, region, name]

export function pipelineOf(read: Reader, call: Pick<Call, 'account' | 'region'>, name = ''): Pipeline {
  const pipeline = pipelines.get(read, call.account, call.region, name)
  if (pipeline === undefined) throw pipelineNotFound(call.account, name)
  return pipeline
}

export function stageOf(declaration: PipelineDeclaration, name = ''): StageDeclaration {
  const stage = declaration.stages?.find(stage => stage.name === name)
  if (stage === undefined) throw stageNotFound(declaration.name ?? '', name)
  return stage
}

export const actionsOf = (stage: StageDeclaration | undefined): ActionDeclaration[] => stage?.actions ?? []

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html: pipeline, stage or action. */
export function demand(
  read: Reader,
  call: Call,
  action: string,
  names: (string | undefined)[],
  context: Demand['context'] = {},
): Demand {
  const [name = '', ...inner] = names
  const tags = pipelines.get(read, call.account, call.region, name)?.tags ?? {}
  const tagged = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])
  return {
    action: `codepipeline:${action}`,
    resource: [pipelineArn(call.account, call.region, name), ...inner].join('/'),
    context: { ...Object.fromEntries(tagged), ...context },
  }
}
