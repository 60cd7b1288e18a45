import type * as codepipeline from '@aws-sdk/client-codepipeline'
import type { PipelineDeclaration, Tag } from '@aws-sdk/client-codepipeline'
import { type Demand, operation } from '../../../gate/index.ts'
import { pipelineNameInUse, validation } from '../model/errors.ts'
import { demand, keyOf, pipelineArn, pipelineOf, pipelines, versions } from '../model/pipeline.ts'
import { startExecution } from '../run/start-execution.ts'
import { checkDeclaration } from './check-declaration.ts'
import { checkRoles } from './check-roles.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html: the caller passes the service role. */
const passRole = (role: string | undefined): Demand[] =>
  role === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'codepipeline.amazonaws.com' } }]

const required = (pipeline: PipelineDeclaration | undefined): PipelineDeclaration => {
  if (pipeline === undefined)
    throw validation(
      "1 validation error detected: Value null at 'pipeline' failed to satisfy constraint: Member must not be null",
    )
  return pipeline
}

export const tagsOf = (tags: Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]))

export const requestTags = (tags: Tag[] | undefined): Record<string, string | string[]> =>
  tags === undefined || tags.length === 0
    ? {}
    : {
        'aws:TagKeys': tags.map(({ key = '' }) => key),
        ...Object.fromEntries(tags.map(({ key = '', value = '' }) => [`aws:RequestTag/${key}`, value])),
      }

const declared = (pipeline: PipelineDeclaration, version: number): PipelineDeclaration => ({
  ...pipeline,
  stages: (pipeline.stages ?? []).map(stage => ({
    ...stage,
    actions: (stage.actions ?? []).map(action => ({
      runOrder: 1,
      configuration: {},
      inputArtifacts: [],
      outputArtifacts: [],
      ...action,
    })),
  })),
  version,
  executionMode: pipeline.executionMode ?? 'SUPERSEDED',
  pipelineType: pipeline.pipelineType ?? 'V1',
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_CreatePipeline.html */
export const createPipeline = operation<typeof codepipeline, 'CreatePipeline', void>({
  authorize: ({ pipeline, tags }, { read, call }) => [
    demand(read, call, 'CreatePipeline', [required(pipeline).name], requestTags(tags)),
    ...passRole(pipeline?.roleArn),
  ],
  async stage({ pipeline }, context) {
    const { read, call } = context
    const name = required(pipeline).name ?? ''
    if (pipelines.get(read, call.account, call.region, name) !== undefined) throw pipelineNameInUse(name)
    checkDeclaration(required(pipeline), call.region)
    await checkRoles(required(pipeline), context)
  },
  run({ pipeline: input, tags }, { tx, call, env }) {
    const name = input?.name ?? ''
    const key = [call.account, call.region, name] as const
    if (pipelines.get(tx, ...key) !== undefined) throw pipelineNameInUse(name)
    const declaration = declared(required(input), 1)
    versions.put(tx, [...key, 1], declaration)
    const pipeline = pipelines.put(tx, key, {
      account: call.account,
      region: call.region,
      name,
      arn: pipelineArn(...key),
      version: 1,
      declaration,
      created: call.now,
      updated: call.now,
      updatedBy: call.principal.arn,
      executions: 0,
      tags: tagsOf(tags),
    })
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create.html: it runs when it is created.
    startExecution(tx, env, pipeline, {
      trigger: { triggerType: 'CreatePipeline', triggerDetail: call.principal.arn },
      cause: call.cause,
    })
    return { pipeline: declaration, tags: tags ?? [] }
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_UpdatePipeline.html; it starts nothing. */
export const updatePipeline = operation<typeof codepipeline, 'UpdatePipeline', void>({
  authorize: ({ pipeline }, { read, call }) => [
    demand(read, call, 'UpdatePipeline', [required(pipeline).name]),
    ...passRole(pipeline?.roleArn),
  ],
  async stage({ pipeline }, context) {
    pipelineOf(context.read, context.call, pipeline?.name)
    checkDeclaration(required(pipeline), context.call.region)
    await checkRoles(required(pipeline), context)
  },
  run({ pipeline: input }, { tx, call }) {
    const pipeline = pipelineOf(tx, call, input?.name)
    const version = pipeline.version + 1
    const declaration = declared(required(input), version)
    versions.put(tx, [...keyOf(pipeline), version], declaration)
    pipelines.put(tx, keyOf(pipeline), {
      ...pipeline,
      version,
      declaration,
      updated: call.now,
      updatedBy: call.principal.arn,
    })
    return { pipeline: declaration }
  },
})
