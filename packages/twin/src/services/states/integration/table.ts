import { own } from '../../../engine/index.ts'
import { callService } from './call.ts'
import type { Integration } from './integration.ts'
import { lambdaInvoke } from './lambda.ts'
import { withMetadata } from './metadata.ts'
import { nestedExecution } from './nested-execution.ts'
import { trainingJob } from './sagemaker.ts'

/** Any one API call: an `aws-sdk:` integration, or an optimised one that adds nothing but metadata. */
const apiCall: Integration = {
  async start(task, { service, api, sdk, pattern }, io) {
    if (pattern === '.sync' || pattern === '.sync:2')
      return {
        failed: { error: 'States.Runtime', cause: `This twin does not wait for ${service}:${api}.`, phase: 'runtime' },
      }
    const answer = await callService({ service, api, sdk }, task.parameters, io)
    const result = sdk ? answer : withMetadata(answer, io.env)
    return pattern === '.waitForTaskToken' ? { submitted: result } : { done: result }
  },
}

const special: Record<string, Integration> = {
  'lambda:invoke': lambdaInvoke,
  'sagemaker:createTrainingJob': trainingJob,
  'states:startExecution': nestedExecution,
}

export const integrationOf = (resource: { sdk: boolean; service: string; api: string }): Integration =>
  (resource.sdk ? undefined : own(special, `${resource.service}:${resource.api}`)) ?? apiCall
