import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { because, type Cause, type Reader, type Tx, table } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import type { Variant } from './endpoint-config.ts'
import { couldNotFind } from './errors.ts'
import type { Model } from './model.ts'
import { arnOf } from './name.ts'

/** What serves, or is to serve: a configuration and its model as they were when the endpoint took them up. */
export interface Deployment {
  config: string
  variant: Variant
  model: Model
  /** Names the folder of the unpacked model. */
  folder: string
}

export interface Endpoint {
  account: string
  region: string
  name: string
  status: sagemaker.EndpointStatus
  /** Absent until the first deployment serves. */
  serving?: Deployment
  /** While creating and updating. */
  next?: Deployment
  /** The configuration that DescribeEndpoint shows: the one asked for last, or after a failed update the one that serves. */
  config: string
  failure?: string
  created: number
  modified: number
}

export const endpoints = table<Endpoint>('sagemaker/endpoint') // [account, region, name]

export const endpointArn = (endpoint: Pick<Endpoint, 'account' | 'region' | 'name'>): string =>
  arnOf(endpoint, 'endpoint', endpoint.name)

export const findEndpoint = (read: Reader, key: readonly [string, string, string]): Endpoint => {
  const endpoint = endpoints.get(read, ...key)
  if (endpoint === undefined)
    throw couldNotFind('endpoint', arnOf({ account: key[0], region: key[1] }, 'endpoint', key[2]))
  return endpoint
}

/** `InService` is `IN_SERVICE` in events. */
const eventStatus = (status: string): string => status.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
export function saveEndpoint(tx: Tx, env: Env, endpoint: Endpoint, cause: Cause): void {
  endpoints.put(tx, [endpoint.account, endpoint.region, endpoint.name], endpoint)
  const arn = endpointArn(endpoint)
  env.events.emit(tx, {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Endpoint State Change',
    account: endpoint.account,
    region: endpoint.region,
    resources: [arn],
    detail: {
      EndpointName: endpoint.name,
      EndpointArn: arn,
      EndpointConfigName: endpoint.config,
      EndpointStatus: eventStatus(endpoint.status),
      CreationTime: endpoint.created,
      LastModifiedTime: endpoint.modified,
      ...(endpoint.failure === undefined ? {} : { FailureReason: endpoint.failure }),
    },
    cause: because(cause, { kind: 'endpoint', id: arn, name: endpoint.name }),
  })
}

export const describe = (endpoint: Endpoint): sagemaker.DescribeEndpointOutput => {
  const { serving } = endpoint
  const variants = serving && [
    {
      VariantName: serving.variant.name,
      DeployedImages: [{ SpecifiedImage: serving.model.image, ResolvedImage: serving.model.image }],
      CurrentWeight: serving.variant.weight,
      DesiredWeight: serving.variant.weight,
      CurrentInstanceCount: serving.variant.instances,
      DesiredInstanceCount: serving.variant.instances,
    },
  ]
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpointArn(endpoint),
    EndpointConfigName: endpoint.config,
    EndpointStatus: endpoint.status,
    CreationTime: new Date(endpoint.created),
    LastModifiedTime: new Date(endpoint.modified),
    ...(variants === undefined ? {} : { ProductionVariants: variants }),
    ...(endpoint.failure === undefined ? {} : { FailureReason: endpoint.failure }),
  }
}
