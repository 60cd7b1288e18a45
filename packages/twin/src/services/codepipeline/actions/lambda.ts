import { type AwsError, isAwsError } from '../../../engine/index.ts'
import { actionKey } from '../model/execution.ts'
import { type Job, jobs } from '../model/job.ts'
import type { ActionIo, ActionKind, Failed, Going, Succeeded } from './action-kind.ts'
import { failed, refused } from './failure.ts'

/** What PutJobSuccessResult and PutJobFailureResult signal. */
export type JobReport = { job: string } & (
  | { result: 'continue'; token: string }
  | { result: 'success'; variables?: Record<string, string>; summary?: string; externalId?: string }
  | { result: 'failure'; type: string; message: string; externalId?: string }
)

interface Memory {
  phase: 'pause' | 'invoke' | 'wait'
  job: string
  continuation?: string
  /** When the job must have been answered. */
  deadline: number
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: without an answer, and in all. */
const answerWithin = 20 * 60_000
/** AWS names no number; about half a minute is what is seen. */
const continuationPause = 30_000

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html */
export const lambda: ActionKind<Memory> = {
  category: 'Invoke',
  provider: 'Lambda',
  inputs: [0, 5],
  outputs: [0, 5],
  required: ['FunctionName'],
  optional: ['UserParameters'],
  timeout: 24 * 60,
  async step(io, memory) {
    if (memory === undefined || memory.phase === 'pause') return prepare(io, memory?.continuation)
    const report = io.signals
      .filter(({ name }) => name === 'job')
      .map(({ data }) => data as JobReport)
      .find(({ job }) => job === memory.job)
    if (report !== undefined) return answered(io, memory, report)
    try {
      return memory.phase === 'invoke' ? await invoke(io, memory) : waiting(io, memory)
    } catch (error) {
      if (!isAwsError(error)) throw error
      return refusedBy(io, error)
    }
  },
}

/** The job is on record before the function can answer it. */
function prepare(io: ActionIo, continuation: string | undefined): Going<Memory> {
  const id = io.env.ids.uuid()
  const { action, pipeline } = io
  const artifact = ({ name, revision, bucket, key }: (typeof action.inputs)[number]) => ({
    name,
    ...(revision === undefined ? {} : { revision }),
    location: { type: 'S3' as const, s3Location: { bucketName: bucket, objectKey: key } },
  })
  const job: Job = {
    id,
    account: pipeline.account,
    worker: (action.roleArn ?? '').split(':')[4] || pipeline.account,
    action: actionKey(action),
    status: 'InProgress',
    data: {
      actionTypeId: action.type,
      actionConfiguration: { configuration: io.configuration },
      pipelineContext: {
        pipelineName: pipeline.name,
        stage: { name: action.stage },
        action: { name: action.action, actionExecutionId: action.id },
        pipelineArn: pipeline.arn,
        pipelineExecutionId: action.execution,
      },
      inputArtifacts: action.inputs.map(artifact),
      outputArtifacts: action.outputs.map(artifact),
      ...(continuation === undefined ? {} : { continuationToken: continuation }),
      ...(io.encryptionKey === undefined ? {} : { encryptionKey: io.encryptionKey }),
    },
  }
  return {
    memory: { phase: 'invoke', job: id, deadline: 0 },
    next: { when: 'now' },
    external: { id },
    commit: tx => void jobs.put(tx, [id], job),
  }
}

async function invoke(io: ActionIo, memory: Memory): Promise<Going<Memory>> {
  const { FunctionName: name = '' } = io.configuration
  const job = jobs.get(io.env.store, memory.job)
  // The action reference asks for lambda:ListFunctions beside lambda:InvokeFunction.
  await io.call('lambda', 'ListFunctions', {})
  const credentials = io.env.credentials(await io.as())
  const { actionConfiguration, inputArtifacts, outputArtifacts, continuationToken, encryptionKey } = job?.data ?? {}
  const event = {
    'CodePipeline.job': {
      id: memory.job,
      accountId: io.pipeline.account,
      data: {
        actionConfiguration,
        inputArtifacts,
        outputArtifacts,
        artifactCredentials: credentials,
        ...(continuationToken === undefined ? {} : { continuationToken }),
        ...(encryptionKey === undefined ? {} : { encryptionKey }),
      },
    },
  }
  const input = { FunctionName: name, InvocationType: 'Event' as const, Payload: Buffer.from(JSON.stringify(event)) }
  await io.call('lambda', 'Invoke', input, 'invoke')
  const deadline = io.env.clock.now() + answerWithin
  return { memory: { ...memory, phase: 'wait', deadline }, next: { when: 'deadline', at: deadline } }
}

function waiting(io: ActionIo, memory: Memory): Going<Memory> | Failed {
  if (io.env.clock.now() < memory.deadline) return { memory, next: { when: 'deadline', at: memory.deadline } }
  const name = io.configuration.FunctionName ?? ''
  return failed(
    'JobFailed',
    `The AWS Lambda function ${name} failed to return a result. Check the function to verify that it has permission to call the ` +
      'PutJobSuccessResult action and that it made a call to PutJobSuccessResult.',
  )
}

function answered(io: ActionIo, memory: Memory, report: JobReport): Going<Memory> | Succeeded | Failed {
  if (report.result === 'continue') {
    const at = io.env.clock.now() + continuationPause
    return { memory: { ...memory, phase: 'pause', continuation: report.token }, next: { when: 'pause', at } }
  }
  const external = {
    id: report.externalId ?? memory.job,
    ...('summary' in report && report.summary !== undefined ? { summary: report.summary } : {}),
  }
  if (report.result === 'failure') return { ...failed(report.type, report.message), external }
  return { succeeded: { external, ...(report.variables === undefined ? {} : { variables: report.variables }) } }
}

function refusedBy(io: ActionIo, error: AwsError): Failed {
  const name = io.configuration.FunctionName ?? ''
  if (error.name === 'ResourceNotFoundException') {
    return failed('ConfigurationError', `The AWS Lambda function ${name} does not exist. ${error.message}`)
  }
  return refused('lambda', error)
}
