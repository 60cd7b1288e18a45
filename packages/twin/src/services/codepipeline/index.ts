/**
 * AWS CodePipeline: pipelines of type V1 and V2 in SUPERSEDED mode, their executions, and the actions that AWS itself runs.
 *
 * ## Gaps
 * * Actions: CodeCommit and S3 sources, CloudFormation, Step Functions, Lambda, manual approval (without SNS) and S3
 *   deploy; every other provider is refused by name, and so are actions in another Region.
 * * QUEUED and PARALLEL modes, triggers of V2 pipelines, stage conditions, rollback, rules, webhooks, custom actions
 *   (PollForJobs, AcknowledgeJob), polling of sources: an EventBridge rule starts a pipeline, or a call.
 * * GetJobDetails leaves \`artifactCredentials\` out; a function finds them in its event.
 *
 * ## By design
 * * A pipeline moves inside the transaction of what moves it (run/advance.ts); each action execution is a durable work.
 * * Every call of an action is made with the action's role, or the service role; nothing is allowed to CodePipeline itself
 *   but to assume the service role.
 * * Every invocation of a Lambda action, so every continuation too, is a job with an id of its own.
 * * What an action started elsewhere (a stack operation, a state machine) goes on when the execution is stopped, as on AWS.
 *
 * ## Client quirks
 * * \`runOrder\` and \`timeoutInMinutes\` may come as texts from CloudFormation.
 */
import type { ResourceType, Service } from '../../gate/index.ts'
import { getJobDetails, putApprovalResult, putJobFailureResult, putJobSuccessResult } from './operations/answers.ts'
import { getPipelineExecution, listActionExecutions, listPipelineExecutions } from './operations/executions.ts'
import {
  deletePipeline,
  getPipeline,
  listPipelines,
  listTagsForResource,
  tagResource,
  untagResource,
} from './operations/pipelines.ts'
import { createPipeline, updatePipeline } from './operations/put-pipeline.ts'
import { disableStageTransition, enableStageTransition, retryStageExecution } from './operations/retry-stage.ts'
import { startPipelineExecution, stopPipelineExecution } from './operations/start-stop.ts'
import { getPipelineState } from './operations/state.ts'
import { pipelineType } from './resource-type.ts'
import { actionWork } from './run/action-work.ts'

export const codepipelineService: Service = {
  name: 'codepipeline',
  sdk: [() => import('@aws-sdk/client-codepipeline').then(sdk => ({ module: sdk, client: sdk.CodePipelineClient }))],
  denied: 'AccessDeniedException',
  // Of a job's result AWS names no resource, having none: https://github.com/aws/aws-cdk/issues/15235
  denial: (text, { operation }) => (operation.startsWith('PutJob') ? text.replace(' on resource: *', '') : text),
  operations: {
    CreatePipeline: createPipeline,
    UpdatePipeline: updatePipeline,
    GetPipeline: getPipeline,
    ListPipelines: listPipelines,
    DeletePipeline: deletePipeline,
    StartPipelineExecution: startPipelineExecution,
    StopPipelineExecution: stopPipelineExecution,
    GetPipelineState: getPipelineState,
    GetPipelineExecution: getPipelineExecution,
    ListPipelineExecutions: listPipelineExecutions,
    ListActionExecutions: listActionExecutions,
    RetryStageExecution: retryStageExecution,
    EnableStageTransition: enableStageTransition,
    DisableStageTransition: disableStageTransition,
    PutApprovalResult: putApprovalResult,
    PutJobSuccessResult: putJobSuccessResult,
    PutJobFailureResult: putJobFailureResult,
    GetJobDetails: getJobDetails,
    ListTagsForResource: listTagsForResource,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
  works: [actionWork as never],
}

export const codepipelineResourceTypes: ResourceType[] = [pipelineType]
