import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { because, type Honoured, isAwsError, type Reader, refuseOthers, table } from '../../engine/index.ts'
import { type AnyOperation, type Context, operation } from '../../gate/index.ts'
import { alreadyExists, couldNotFind, invalid } from './errors.ts'
import { listed } from './list.ts'
import { arnOf, checkName, keyOf } from './name.ts'

import { passes, takeRole } from './role.ts'
import { parseS3Uri } from './s3-uri.ts'
import { creates, dropTags, putTags } from './tags.ts'

export interface Model {
  account: string
  region: string
  name: string
  role: string
  image: string
  modelData?: string
  environment: Record<string, string>
  /** As it was asked for. */
  container: sagemaker.ContainerDefinition
  created: number
}

const models = table<Model>('sagemaker/model') // [account, region, name]

const modelArn = (model: Pick<Model, 'account' | 'region' | 'name'>): string => arnOf(model, 'model', model.name)

export const findModel = (read: Reader, key: readonly [string, string, string]): Model => {
  const model = models.get(read, ...key)
  if (model === undefined) throw couldNotFind('model', arnOf({ account: key[0], region: key[1] }, 'model', key[2]))
  return model
}

const container: Honoured = {
  Image: true,
  Mode: ['SingleModel'],
  ModelDataUrl: true,
  Environment: true,
  ContainerHostname: true,
}
const honoured: Honoured = {
  ModelName: true,
  ExecutionRoleArn: true,
  PrimaryContainer: container,
  Containers: container,
  Tags: true,
  EnableNetworkIsolation: [false],
}

type Input = sagemaker.CreateModelCommandInput

const containerOf = (input: Input): sagemaker.ContainerDefinition => {
  const all = [...(input.PrimaryContainer ? [input.PrimaryContainer] : []), ...(input.Containers ?? [])]
  const [only, second] = all
  if (only === undefined) throw invalid('You must specify either PrimaryContainer or Containers.')
  if (second !== undefined) refuseOthers({ Containers: all }, {}, 'CreateModel (more than one container)')
  if (only.Image === undefined) throw invalid('You must provide a value for Image.')
  return only
}

/** SageMaker looks at the model's data as the role, before there is a model. */
async function lookForData(input: Input, { call, env }: Context): Promise<void> {
  const role = input.ExecutionRoleArn ?? ''
  const url = containerOf(input).ModelDataUrl
  if (url === undefined) return
  const { bucket, key } = parseS3Uri(url, 'primaryContainer.modelDataUrl')
  const arn = arnOf(call, 'model', input.ModelName ?? '')
  const { region } = call
  const cause = because(call.cause, { kind: 'endpoint', id: arn, name: input.ModelName ?? '' })
  try {
    const as = await takeRole(env, { role, arn, region, cause })
    await env.invoke(as, 's3', 'HeadObject', { Bucket: bucket, Key: key }, { cause, region })
  } catch (error) {
    if (!isAwsError(error)) throw error
    throw invalid(
      `Could not access model data at ${url}. Please ensure that the role "${role}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${region}. If your Model uses multiple models or uncompressed models, please ensure that the role has "s3:ListBucket" permission.`,
    )
  }
}

export const modelOperations: Record<string, AnyOperation> = {
  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html */
  CreateModel: operation<typeof sagemaker, 'CreateModel'>({
    authorize: (input, { call }) => [
      ...creates(call, 'model', checkName(input.ModelName, 'modelName'), input.Tags, {
        'sagemaker:NetworkIsolation': 'false',
      }),
      passes(call, input.ExecutionRoleArn, 'executionRoleArn'),
    ],
    async stage(input, context) {
      refuseOthers(input, honoured, 'CreateModel')
      const key = keyOf(context.call, input.ModelName ?? '')
      if (models.get(context.read, ...key)) throw alreadyExists('model', arnOf(context.call, 'model', key[2]))
      await lookForData(input, context)
    },
    run(input, { tx, call }) {
      const [account, region, name] = keyOf(call, input.ModelName ?? '')
      const arn = arnOf(call, 'model', name)
      if (models.get(tx, account, region, name)) throw alreadyExists('model', arn)
      const own = containerOf(input)
      models.put(tx, [account, region, name], {
        account,
        region,
        name,
        role: input.ExecutionRoleArn ?? '',
        image: own.Image ?? '',
        ...(own.ModelDataUrl === undefined ? {} : { modelData: own.ModelDataUrl }),
        environment: { ...own.Environment },
        container: own,
        created: call.now,
      })
      putTags(tx, arn, input.Tags)
      return { ModelArn: arn }
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html */
  DescribeModel: operation<typeof sagemaker, 'DescribeModel'>({
    authorize: (input, { call }) => [
      { action: 'sagemaker:DescribeModel', resource: arnOf(call, 'model', checkName(input.ModelName, 'modelName')) },
    ],
    run(input, { tx, call }) {
      const model = findModel(tx, keyOf(call, input.ModelName ?? ''))
      return {
        ModelName: model.name,
        ModelArn: modelArn(model),
        PrimaryContainer: { Mode: 'SingleModel' as const, ...model.container, Environment: model.environment },
        ExecutionRoleArn: model.role,
        CreationTime: new Date(model.created),
        EnableNetworkIsolation: false,
      }
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteModel.html: an endpoint that uses the model goes on. */
  DeleteModel: operation<typeof sagemaker, 'DeleteModel'>({
    authorize: (input, { call }) => [
      { action: 'sagemaker:DeleteModel', resource: arnOf(call, 'model', checkName(input.ModelName, 'modelName')) },
    ],
    run(input, { tx, call }) {
      const model = findModel(tx, keyOf(call, input.ModelName ?? ''))
      models.delete(tx, model.account, model.region, model.name)
      dropTags(tx, modelArn(model))
      return {}
    },
  }),

  ListModels: operation<typeof sagemaker, 'ListModels'>({
    authorize: () => [{ action: 'sagemaker:ListModels', resource: '*' }],
    run(input, { tx, call }) {
      const { shown, token } = listed(models.list(tx, call.account, call.region), input, call)
      return {
        Models: shown.map(model => ({
          ModelName: model.name,
          ModelArn: modelArn(model),
          CreationTime: new Date(model.created),
        })),
        ...token,
      }
    },
  }),
}
