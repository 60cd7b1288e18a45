/**
 * AWS Lambda.
 *
 * Gaps: versions, aliases, layers, images, VPCs, dead-letter queues and destinations, function URLs, event source mappings,
 * concurrency settings, JSON logs, tracing and durable functions are refused by name; so is every runtime but Node.js.
 * GetFunction shows tags without asking for lambda:ListTags.
 * By design: nodejs20.x, nodejs22.x and nodejs24.x all run on the Node.js that the twin runs on, whatever the architecture. A
 * process is used again for calls with another cause, as on AWS: the session in it then goes on for that cause. There are as
 * many processes as the machine carries (runtime/capacity.ts); what finds none waits, as part of its latency. Logs are put
 * before an invocation is answered, so that whoever has the answer finds them. A function is Active as soon as it is made.
 * Asynchronous events run at least once and are dropped after two retries.
 * Client quirks: clients time out of a long RequestResponse call before Lambda does and then call again.
 */
import type { ResourceType, Service } from '../../gate/index.ts'
import { downloadRoute, downloadSegment } from './code-download.ts'
import { sweepCode } from './code-package.ts'
import { createFunction } from './create-function.ts'
import { functionResource } from './function-resource.ts'
import { asynchronous, invoke } from './invoke.ts'
import { permissionOperations } from './permission.ts'
import { permissionResource } from './permission-resource.ts'
import { closePool } from './pool.ts'
import { functionOperations } from './read-function.ts'
import { tagOperations } from './tags.ts'
import { updateFunctionCode, updateFunctionConfiguration } from './update-function.ts'

export const lambdaService: Service = {
  name: 'lambda',
  sdk: [() => import('@aws-sdk/client-lambda').then(sdk => ({ module: sdk, client: sdk.LambdaClient }))],
  denied: 'AccessDeniedException',
  operations: {
    ...functionOperations,
    ...permissionOperations,
    ...tagOperations,
    CreateFunction: createFunction,
    Invoke: invoke,
    UpdateFunctionCode: updateFunctionCode,
    UpdateFunctionConfiguration: updateFunctionConfiguration,
  },
  works: [asynchronous as never],
  open: sweepCode,
  close: closePool,
  routes: { [downloadSegment]: downloadRoute },
}

export const lambdaResourceTypes: ResourceType[] = [functionResource, permissionResource]
