/**
 * SageMaker: training jobs, models, endpoint configurations, endpoints and their invocation, really run by the container contract.
 *
 * Gaps: one instance and one production variant; File and FastFile channels of S3 prefixes; no VPC, volume keys, spot, checkpoints,
 * debugger, network isolation, data capture, serverless or asynchronous inference: each refused by name. Containers of the user's own get no role credentials.
 * By design: instance types are recorded, not simulated; there are no quotas. The model of an endpoint lies unpacked in the state directory.
 * Client quirks: names are lower case in ARNs, and policies are matched against the ARN.
 */
import type { Service } from '../../gate/index.ts'
import { endpointConfigOperations } from './endpoint-config.ts'
import { endpointOperations } from './endpoint-operations.ts'
import { endpointWork } from './endpoint-work.ts'
import { stopServers } from './hosting.ts'
import { invokeEndpoint } from './invoke-endpoint.ts'
import { modelOperations } from './model.ts'
import { sweepFolders } from './sweep.ts'
import { tagOperations } from './tags.ts'
import { trainingOperations } from './training-operations.ts'
import { trainingWork } from './training-work.ts'

export const sagemakerService: Service = {
  name: 'sagemaker',
  sdk: [
    () => import('@aws-sdk/client-sagemaker').then(sdk => ({ module: sdk, client: sdk.SageMakerClient })),
    () =>
      import('@aws-sdk/client-sagemaker-runtime').then(sdk => ({ module: sdk, client: sdk.SageMakerRuntimeClient })),
  ],
  denied: 'AccessDeniedException',
  operations: {
    ...trainingOperations,
    ...modelOperations,
    ...endpointConfigOperations,
    ...endpointOperations,
    ...tagOperations,
    InvokeEndpoint: invokeEndpoint,
  },
  works: [trainingWork as never, endpointWork as never],
  open: sweepFolders,
  close: stopServers,
}
