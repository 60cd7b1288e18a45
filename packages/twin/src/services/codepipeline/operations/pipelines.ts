import type * as codepipeline from '@aws-sdk/client-codepipeline'
import type { Reader } from '../../../engine/index.ts'
import type { Call } from '../../../gate/index.ts'
import { operation } from '../../../gate/index.ts'
import { pipelineVersionNotFound, resourceNotFound } from '../model/errors.ts'
import { actionExecutions, executions, newestExecutions } from '../model/execution.ts'
import { demand, keyOf, type Pipeline, pipelineOf, pipelines, versions } from '../model/pipeline.ts'
import { stages } from '../model/stage.ts'
import { actionWorkId } from '../run/start-action.ts'
import { requestTags, tagsOf } from './put-pipeline.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipeline.html */
export const getPipeline = operation<typeof codepipeline, 'GetPipeline'>({
  authorize: ({ name }, { read, call }) => [demand(read, call, 'GetPipeline', [name])],
  run({ name, version }, { tx, call }) {
    const pipeline = pipelineOf(tx, call, name)
    const declaration = version === undefined ? pipeline.declaration : versions.get(tx, ...keyOf(pipeline), version)
    if (declaration === undefined) throw pipelineVersionNotFound(pipeline.name, version ?? 0)
    const { arn, created, updated } = pipeline
    return {
      pipeline: declaration,
      metadata: { pipelineArn: arn, created: new Date(created), updated: new Date(updated) },
    }
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelines.html */
export const listPipelines = operation<typeof codepipeline, 'ListPipelines'>({
  authorize: () => [{ action: 'codepipeline:ListPipelines', resource: '*' }],
  run({ maxResults = 1000, nextToken }, { tx, call }) {
    const range = { limit: maxResults + 1, ...(nextToken === undefined ? {} : { after: nextToken }) }
    const found = [...pipelines.entries(tx, [call.account, call.region], range)].map(([, pipeline]) => pipeline)
    const some = found.slice(0, maxResults)
    return {
      pipelines: some.map(({ name, version, declaration, created, updated }) => ({
        name,
        version,
        pipelineType: declaration.pipelineType,
        executionMode: declaration.executionMode,
        created: new Date(created),
        updated: new Date(updated),
      })),
      ...(found.length > maxResults ? { nextToken: some.at(-1)?.name } : {}),
    }
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_DeletePipeline.html: a missing one is no error. */
export const deletePipeline = operation<typeof codepipeline, 'DeletePipeline'>({
  authorize: ({ name }, { read, call }) => [demand(read, call, 'DeletePipeline', [name])],
  run({ name = '' }, { tx, call, env }) {
    const key = [call.account, call.region, name] as const
    if (pipelines.get(tx, ...key) === undefined) return {}
    for (const action of actionExecutions.list(tx, ...key)) {
      if (action.status === 'InProgress') env.works.signal(tx, actionWorkId(action.id), { name: 'stop' })
    }
    for (const table of [actionExecutions, newestExecutions, executions, stages, versions]) {
      for (const [inner] of [...table.entries(tx, key)]) table.delete(tx, ...inner)
    }
    pipelines.delete(tx, ...key)
    return {}
  },
})

const ofArn = (read: Reader, call: Call, arn = ''): Pipeline => {
  const pipeline = pipelines.get(read, call.account, call.region, arn.split(':')[5] ?? '')
  if (pipeline === undefined) throw resourceNotFound(arn)
  return pipeline
}

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation<typeof codepipeline, 'ListTagsForResource'>({
  authorize: ({ resourceArn }, { read, call }) => [
    demand(read, call, 'ListTagsForResource', [ofArn(read, call, resourceArn).name]),
  ],
  run: ({ resourceArn }, { tx, call }) => ({
    tags: Object.entries(ofArn(tx, call, resourceArn).tags).map(([key, value]) => ({ key, value })),
  }),
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_TagResource.html */
export const tagResource = operation<typeof codepipeline, 'TagResource'>({
  authorize: ({ resourceArn, tags }, { read, call }) => [
    demand(read, call, 'TagResource', [ofArn(read, call, resourceArn).name], requestTags(tags)),
  ],
  run({ resourceArn, tags }, { tx, call }) {
    const pipeline = ofArn(tx, call, resourceArn)
    pipelines.put(tx, keyOf(pipeline), { ...pipeline, tags: { ...pipeline.tags, ...tagsOf(tags) } })
    return {}
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_UntagResource.html */
export const untagResource = operation<typeof codepipeline, 'UntagResource'>({
  authorize: ({ resourceArn, tagKeys = [] }, { read, call }) => [
    demand(read, call, 'UntagResource', [ofArn(read, call, resourceArn).name], { 'aws:TagKeys': tagKeys }),
  ],
  run({ resourceArn, tagKeys = [] }, { tx, call }) {
    const pipeline = ofArn(tx, call, resourceArn)
    const tags = Object.fromEntries(Object.entries(pipeline.tags).filter(([key]) => !tagKeys.includes(key)))
    pipelines.put(tx, keyOf(pipeline), { ...pipeline, tags })
    return {}
  },
})
