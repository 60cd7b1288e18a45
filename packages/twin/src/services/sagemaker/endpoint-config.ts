import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { type Honoured, notImplemented, type Reader, refuseOthers, table } from '../../engine/index.ts'
import { type AnyOperation, operation } from '../../gate/index.ts'
import { alreadyExists, couldNotFind, invalid, missing } from './errors.ts'
import { listed } from './list.ts'
import { findModel } from './model.ts'
import { arnOf, checkName, keyOf } from './name.ts'

import { creates, dropTags, putTags } from './tags.ts'

export interface Variant {
  name: string
  model: string
  instanceType: string
  instances: number
  weight: number
}

export interface EndpointConfig {
  account: string
  region: string
  name: string
  variant: Variant
  created: number
}

const endpointConfigs = table<EndpointConfig>('sagemaker/endpoint-config') // [account, region, name]

const what = 'endpoint configuration'
const configArn = (config: Pick<EndpointConfig, 'account' | 'region' | 'name'>): string =>
  arnOf(config, 'endpoint-config', config.name)

export const findConfig = (read: Reader, key: readonly [string, string, string]): EndpointConfig => {
  const config = endpointConfigs.get(read, ...key)
  if (config === undefined)
    throw couldNotFind(what, arnOf({ account: key[0], region: key[1] }, 'endpoint-config', key[2]))
  return config
}

const honoured: Honoured = {
  EndpointConfigName: true,
  ProductionVariants: {
    VariantName: true,
    ModelName: true,
    InitialInstanceCount: true,
    InstanceType: true,
    InitialVariantWeight: true,
    ContainerStartupHealthCheckTimeoutInSeconds: true,
    ModelDataDownloadTimeoutInSeconds: true,
  },
  Tags: true,
  EnableNetworkIsolation: [false],
}

const variantOf = (variants: readonly sagemaker.ProductionVariant[]): Variant => {
  const [only, second] = variants
  if (only === undefined) throw missing('productionVariants')
  if (second !== undefined) throw notImplemented('CreateEndpointConfig with more than one production variant')
  if (only.ModelName === undefined) throw missing('productionVariants.1.member.modelName')
  if (only.InstanceType === undefined || only.InitialInstanceCount === undefined)
    throw invalid('InstanceType and InitialInstanceCount must be specified for a production variant.')
  return {
    name: only.VariantName ?? '',
    model: only.ModelName,
    instanceType: only.InstanceType,
    instances: only.InitialInstanceCount,
    weight: only.InitialVariantWeight ?? 1,
  }
}

export const endpointConfigOperations: Record<string, AnyOperation> = {
  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html */
  CreateEndpointConfig: operation<typeof sagemaker, 'CreateEndpointConfig'>({
    authorize: (input, { call }) =>
      creates(call, 'endpoint-config', checkName(input.EndpointConfigName, 'endpointConfigName'), input.Tags, {
        'sagemaker:InstanceTypes': (input.ProductionVariants ?? []).flatMap(({ InstanceType }) => InstanceType ?? []),
      }),
    run(input, { tx, call }) {
      refuseOthers(input, honoured, 'CreateEndpointConfig')
      const key = keyOf(call, input.EndpointConfigName ?? '')
      const [account, region, name] = key
      const arn = arnOf(call, 'endpoint-config', name)
      if (endpointConfigs.get(tx, ...key)) throw alreadyExists(what, arn)
      const variant = variantOf(input.ProductionVariants ?? [])
      findModel(tx, keyOf(call, variant.model))
      endpointConfigs.put(tx, key, { account, region, name, variant, created: call.now })
      putTags(tx, arn, input.Tags)
      return { EndpointConfigArn: arn }
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpointConfig.html */
  DescribeEndpointConfig: operation<typeof sagemaker, 'DescribeEndpointConfig'>({
    authorize: (input, { call }) => [
      {
        action: 'sagemaker:DescribeEndpointConfig',
        resource: arnOf(call, 'endpoint-config', checkName(input.EndpointConfigName, 'endpointConfigName')),
      },
    ],
    run(input, { tx, call }) {
      const config = findConfig(tx, keyOf(call, input.EndpointConfigName ?? ''))
      const { name, model, instanceType, instances, weight } = config.variant
      return {
        EndpointConfigName: config.name,
        EndpointConfigArn: configArn(config),
        ProductionVariants: [
          {
            VariantName: name,
            ModelName: model,
            InstanceType: instanceType as sagemaker.ProductionVariantInstanceType,
            InitialInstanceCount: instances,
            InitialVariantWeight: weight,
          },
        ],
        CreationTime: new Date(config.created),
      }
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpointConfig.html */
  DeleteEndpointConfig: operation<typeof sagemaker, 'DeleteEndpointConfig'>({
    authorize: (input, { call }) => [
      {
        action: 'sagemaker:DeleteEndpointConfig',
        resource: arnOf(call, 'endpoint-config', checkName(input.EndpointConfigName, 'endpointConfigName')),
      },
    ],
    run(input, { tx, call }) {
      const config = findConfig(tx, keyOf(call, input.EndpointConfigName ?? ''))
      endpointConfigs.delete(tx, config.account, config.region, config.name)
      dropTags(tx, configArn(config))
      return {}
    },
  }),

  ListEndpointConfigs: operation<typeof sagemaker, 'ListEndpointConfigs'>({
    authorize: () => [{ action: 'sagemaker:ListEndpointConfigs', resource: '*' }],
    run(input, { tx, call }) {
      const { shown, token } = listed(endpointConfigs.list(tx, call.account, call.region), input, call)
      return {
        EndpointConfigs: shown.map(config => ({
          EndpointConfigName: config.name,
          EndpointConfigArn: configArn(config),
          CreationTime: new Date(config.created),
        })),
        ...token,
      }
    },
  }),
}
