import type * as codepipeline from '@aws-sdk/client-codepipeline'
import type { Reader, Tx } from '../../../engine/index.ts'
import { type Call, type Env, operation } from '../../../gate/index.ts'
import type { Approval } from '../actions/approval.ts'
import type { JobReport } from '../actions/lambda.ts'
import {
  actionNotFound,
  approvalCompleted,
  invalidApprovalToken,
  invalidJobState,
  jobNotFound,
  validation,
} from '../model/errors.ts'
import { actionExecutions, actionKey } from '../model/execution.ts'
import { type Job, jobs } from '../model/job.ts'
import { actionsOf, demand, keyOf, pipelineOf, stageOf } from '../model/pipeline.ts'
import { stageRecord } from '../model/stage.ts'
import { actionWorkId } from '../run/start-action.ts'

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutApprovalResult.html */
export const putApprovalResult = operation<typeof codepipeline, 'PutApprovalResult'>({
  authorize: ({ pipelineName, stageName, actionName }, { read, call }) => [
    demand(read, call, 'PutApprovalResult', [pipelineName, stageName, actionName]),
  ],
  run({ pipelineName, stageName = '', actionName = '', result, token }, { tx, call, env }) {
    const pipeline = pipelineOf(tx, call, pipelineName)
    const stage = stageOf(pipeline.declaration, stageName)
    if (!actionsOf(stage).some(({ name }) => name === actionName)) throw actionNotFound(stageName, actionName)
    const status = result?.status
    if (status !== 'Approved' && status !== 'Rejected')
      throw validation('The result of an approval is Approved or Rejected')
    const tried = stageRecord(tx, keyOf(pipeline), stageName).actions[actionName]
    const action = tried && actionExecutions.get(tx, ...keyOf(pipeline), tried.execution, tried.id)
    if (action === undefined || action.type.category !== 'Approval') throw invalidApprovalToken()
    if (action.token === undefined) throw approvalCompleted()
    if (action.token !== token) throw invalidApprovalToken()
    const { token: _token, ...answered } = action
    actionExecutions.put(tx, actionKey(action), answered)
    const data: Approval = { status, summary: result?.summary ?? '', by: call.principal.arn }
    env.works.signal(tx, actionWorkId(action.id), { name: 'approval', data })
    return { approvedAt: new Date(call.now) }
  },
})

/** Of the pipeline's account, or of the function's: with whose credentials a function may report is not documented. */
const jobOf = (read: Reader, call: Call, id = ''): Job => {
  const job = jobs.get(read, id)
  if (job === undefined || (job.account !== call.account && job.worker !== call.account)) throw jobNotFound(id)
  return job
}

function report(tx: Tx, env: Env, job: Job, data: JobReport): void {
  if (job.status !== 'InProgress') throw invalidJobState(job.id, job.status)
  jobs.put(tx, [job.id], { ...job, status: data.result === 'failure' ? 'Failed' : 'Succeeded' })
  env.works.signal(tx, actionWorkId(job.action[4]), { name: 'job', data })
}

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutJobSuccessResult.html: no resource-level permission. */
export const putJobSuccessResult = operation<typeof codepipeline, 'PutJobSuccessResult'>({
  authorize: () => [{ action: 'codepipeline:PutJobSuccessResult', resource: '*' }],
  run({ jobId, continuationToken: token, executionDetails: details, outputVariables: variables }, { tx, call, env }) {
    const job = jobOf(tx, call, jobId)
    const common = { job: job.id }
    if (token !== undefined) report(tx, env, job, { ...common, result: 'continue', token })
    else {
      report(tx, env, job, {
        ...common,
        result: 'success',
        ...(variables === undefined ? {} : { variables }),
        ...(details?.summary === undefined ? {} : { summary: details.summary }),
        ...(details?.externalExecutionId === undefined ? {} : { externalId: details.externalExecutionId }),
      })
    }
    return {}
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutJobFailureResult.html */
export const putJobFailureResult = operation<typeof codepipeline, 'PutJobFailureResult'>({
  authorize: () => [{ action: 'codepipeline:PutJobFailureResult', resource: '*' }],
  run({ jobId, failureDetails }, { tx, call, env }) {
    const { type, message, externalExecutionId: id } = failureDetails ?? {}
    if (type === undefined || message === undefined)
      throw validation('failureDetails.type and failureDetails.message are required')
    report(tx, env, jobOf(tx, call, jobId), {
      job: jobId ?? '',
      result: 'failure',
      type,
      message,
      ...(id === undefined ? {} : { externalId: id }),
    })
    return {}
  },
})

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetJobDetails.html */
export const getJobDetails = operation<typeof codepipeline, 'GetJobDetails'>({
  authorize: () => [{ action: 'codepipeline:GetJobDetails', resource: '*' }],
  run({ jobId }, { tx, call }) {
    const { id, data, account } = jobOf(tx, call, jobId)
    return { jobDetails: { id, data, accountId: account } }
  },
})
