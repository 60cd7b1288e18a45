import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { because, type Cause, type Honoured, refuseOthers, type Tx } from '../../engine/index.ts'
import { type AnyOperation, type Call, type Env, operation } from '../../gate/index.ts'
import {
  type Deployment,
  describe,
  type Endpoint,
  endpointArn,
  endpoints,
  findEndpoint,
  saveEndpoint,
} from './endpoint.ts'
import { findConfig } from './endpoint-config.ts'
import { endpointWork } from './endpoint-work.ts'
import { alreadyExists, invalid } from './errors.ts'
import { listed } from './list.ts'
import { findModel } from './model.ts'
import { arnOf, checkName, keyOf } from './name.ts'

import { creates, dropTags, putTags } from './tags.ts'

const own = (call: Call, name: string | undefined) => arnOf(call, 'endpoint', checkName(name, 'endpointName'))
const config = (call: Call, name: string | undefined) =>
  arnOf(call, 'endpoint-config', checkName(name, 'endpointConfigName'))

const deploymentOf = (tx: Tx, call: Call, env: Env, name: string): Deployment => {
  const { variant } = findConfig(tx, keyOf(call, name))
  return { config: name, variant, model: findModel(tx, keyOf(call, variant.model)), folder: env.ids.hex(12) }
}

const causeFor = (call: Call, endpoint: Endpoint): Cause =>
  because(call.cause, { kind: 'endpoint', id: endpointArn(endpoint), name: endpoint.name })

/** Each change is a work of its own, so that its calls carry its own cause. */
const begin = (tx: Tx, call: Call, env: Env, endpoint: Endpoint): void => {
  const { account, region, name } = endpoint
  const id = `${endpointArn(endpoint)}/${call.requestId}`
  const key: [string, string, string] = [account, region, name]
  env.works.start(tx, { id, kind: endpointWork.kind, state: { key }, cause: causeFor(call, endpoint) })
}

const createHonours: Honoured = { EndpointName: true, EndpointConfigName: true, Tags: true }
const updateHonours: Honoured = { EndpointName: true, EndpointConfigName: true, RetainAllVariantProperties: [false] }

export const endpointOperations: Record<string, AnyOperation> = {
  /** Authorised for the endpoint and for the configuration: https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html */
  CreateEndpoint: operation<typeof sagemaker, 'CreateEndpoint'>({
    authorize: (input, { call }) => [
      ...creates(call, 'endpoint', checkName(input.EndpointName, 'endpointName'), input.Tags),
      { action: 'sagemaker:CreateEndpoint', resource: config(call, input.EndpointConfigName) },
    ],
    run(input, { tx, call, env }) {
      refuseOthers(input, createHonours, 'CreateEndpoint')
      const key = keyOf(call, input.EndpointName ?? '')
      const [account, region, name] = key
      const arn = arnOf(call, 'endpoint', name)
      if (endpoints.get(tx, ...key)) throw alreadyExists('endpoint', arn)
      const next = deploymentOf(tx, call, env, input.EndpointConfigName ?? '')
      const endpoint: Endpoint = {
        account,
        region,
        name,
        status: 'Creating',
        next,
        config: next.config,
        created: call.now,
        modified: call.now,
      }
      saveEndpoint(tx, env, endpoint, call.cause)
      putTags(tx, arn, input.Tags)
      begin(tx, call, env, endpoint)
      return { EndpointArn: arn }
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html: the old deployment serves until the new one does. */
  UpdateEndpoint: operation<typeof sagemaker, 'UpdateEndpoint'>({
    authorize: (input, { call }) => [
      { action: 'sagemaker:UpdateEndpoint', resource: own(call, input.EndpointName) },
      { action: 'sagemaker:UpdateEndpoint', resource: config(call, input.EndpointConfigName) },
    ],
    run(input, { tx, call, env }) {
      refuseOthers(input, updateHonours, 'UpdateEndpoint')
      const endpoint = findEndpoint(tx, keyOf(call, input.EndpointName ?? ''))
      const arn = endpointArn(endpoint)
      if (endpoint.status === 'Failed') throw invalid(`Cannot update endpoint "${arn}" in status Failed.`)
      if (endpoint.status !== 'InService') throw invalid(`Cannot update in-progress endpoint "${arn}".`)
      const next = deploymentOf(tx, call, env, input.EndpointConfigName ?? '')
      const { failure: _failure, ...healthy } = endpoint
      const updating: Endpoint = { ...healthy, status: 'Updating', next, config: next.config, modified: call.now }
      saveEndpoint(tx, env, updating, call.cause)
      begin(tx, call, env, updating)
      return { EndpointArn: arn }
    },
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
  DescribeEndpoint: operation<typeof sagemaker, 'DescribeEndpoint'>({
    authorize: (input, { call }) => [{ action: 'sagemaker:DescribeEndpoint', resource: own(call, input.EndpointName) }],
    run: (input, { tx, call }) => describe(findEndpoint(tx, keyOf(call, input.EndpointName ?? ''))),
  }),

  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html */
  DeleteEndpoint: operation<typeof sagemaker, 'DeleteEndpoint'>({
    authorize: (input, { call }) => [{ action: 'sagemaker:DeleteEndpoint', resource: own(call, input.EndpointName) }],
    run(input, { tx, call, env }) {
      const endpoint = findEndpoint(tx, keyOf(call, input.EndpointName ?? ''))
      const { status } = endpoint
      if (status !== 'InService' && status !== 'Failed')
        throw invalid(`Cannot update in-progress endpoint "${endpointArn(endpoint)}".`)
      const deleting: Endpoint = { ...endpoint, status: 'Deleting', modified: call.now }
      saveEndpoint(tx, env, deleting, call.cause)
      dropTags(tx, endpointArn(endpoint))
      begin(tx, call, env, deleting)
      return {}
    },
  }),

  ListEndpoints: operation<typeof sagemaker, 'ListEndpoints'>({
    authorize: () => [{ action: 'sagemaker:ListEndpoints', resource: '*' }],
    run(input, { tx, call }) {
      const { shown, token } = listed(endpoints.list(tx, call.account, call.region), input, call, {
        StatusEquals: true,
      })
      return {
        Endpoints: shown.map(endpoint => ({
          EndpointName: endpoint.name,
          EndpointArn: endpointArn(endpoint),
          CreationTime: new Date(endpoint.created),
          LastModifiedTime: new Date(endpoint.modified),
          EndpointStatus: endpoint.status,
        })),
        ...token,
      }
    },
  }),
}
