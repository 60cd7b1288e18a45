import type { PipelineDeclaration, Tag } from '@aws-sdk/client-codepipeline'
import { notImplemented } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

const known = [
  'Name',
  'RoleArn',
  'ArtifactStore',
  'ArtifactStores',
  'Stages',
  'ExecutionMode',
  'PipelineType',
  'Variables',
  'RestartExecutionOnUpdate',
  'DisableInboundStageTransitions',
  'Tags',
]

const numbers = ['runOrder', 'timeoutInMinutes']

/** The API's member names begin with a small letter; what is inside a configuration is left as it is. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const key = name.charAt(0).toLowerCase() + name.slice(1)
      if (key === 'configuration') return [key, texts(inner)]
      return [key, numbers.includes(key) ? Number(inner) : lowered(inner)]
    }),
  )
}

const texts = (configuration: unknown) =>
  Object.fromEntries(
    Object.entries((configuration ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  )

interface Transition {
  StageName: string
  Reason: string
}

function read(properties: Properties) {
  const other = Object.keys(properties).find(name => !known.includes(name))
  if (other !== undefined) throw notImplemented(`AWS::CodePipeline::Pipeline ${other}`)
  const {
    RestartExecutionOnUpdate,
    DisableInboundStageTransitions = [],
    Tags = [],
    ArtifactStores,
    Name,
    ...rest
  } = properties
  const stores = (ArtifactStores as { Region: string; ArtifactStore: unknown }[] | undefined)?.map(
    ({ Region, ArtifactStore }) => [Region, lowered(ArtifactStore)] as const,
  )
  return {
    name: Name === undefined ? undefined : String(Name),
    declaration: {
      ...(lowered(rest) as object),
      ...(stores === undefined ? {} : { artifactStores: Object.fromEntries(stores) }),
    } as Omit<PipelineDeclaration, 'name'>,
    restart: String(RestartExecutionOnUpdate) === 'true',
    disabled: DisableInboundStageTransitions as Transition[],
    tags: (Tags as { Key: string; Value: string }[]).map(({ Key, Value }): Tag => ({ key: Key, value: Value })),
  }
}

const resource = (name: string, declaration: PipelineDeclaration | undefined): Resource => ({
  physicalId: name,
  attributes: { Version: String(declaration?.version ?? 1) },
})

async function disable(name: string, disabled: Transition[], before: Transition[], io: ResourceIo): Promise<void> {
  const common = { pipelineName: name, transitionType: 'Inbound' as const }
  for (const { StageName } of before.filter(old => !disabled.some(now => now.StageName === old.StageName))) {
    await io.invoke('codepipeline', 'EnableStageTransition', { ...common, stageName: StageName })
  }
  for (const { StageName, Reason } of disabled) {
    await io.invoke('codepipeline', 'DisableStageTransition', { ...common, stageName: StageName, reason: Reason })
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codepipeline-pipeline.html */
export const pipelineType: ResourceType = {
  type: 'AWS::CodePipeline::Pipeline',
  async create(properties, io) {
    const { name = io.name(100), declaration, tags, disabled } = read(properties)
    const input = { pipeline: { ...declaration, name }, ...(tags.length === 0 ? {} : { tags }) }
    const { pipeline } = await io.invoke('codepipeline', 'CreatePipeline', input)
    io.made(name)
    await disable(name, disabled, [], io)
    return resource(name, pipeline)
  },
  async update(name, properties, previous, io) {
    const [now, before] = [read(properties), read(previous)]
    const { pipeline } = await io.invoke('codepipeline', 'UpdatePipeline', { pipeline: { ...now.declaration, name } })
    await disable(name, now.disabled, before.disabled, io)
    const resourceArn = `arn:aws:codepipeline:${io.region}:${io.account}:${name}`
    const gone = before.tags.filter(old => !now.tags.some(({ key }) => key === old.key)).map(({ key = '' }) => key)
    if (gone.length > 0) await io.invoke('codepipeline', 'UntagResource', { resourceArn, tagKeys: gone })
    if (now.tags.length > 0) await io.invoke('codepipeline', 'TagResource', { resourceArn, tags: now.tags })
    if (now.restart) await io.invoke('codepipeline', 'StartPipelineExecution', { name })
    return resource(name, pipeline)
  },
  async delete(name, _properties, io) {
    await io.invoke('codepipeline', 'DeletePipeline', { name })
  },
}
