import { isObject, type Json } from '../asl/index.ts'
import { callService } from './call.ts'
import type { Integration, TaskIo } from './integration.ts'
import { withMetadata } from './metadata.ts'

const service = 'sagemaker'
const ended: Record<string, boolean> = { Completed: true, Failed: false, Stopped: false }

/** Step Functions marks what it starts and waits for; that is why `sagemaker:AddTags` is needed. */
const mark = { Key: 'MANAGED_BY_AWS', Value: 'STARTED_BY_STEP_FUNCTIONS' }

function marked(parameters: Json): Json {
  if (!isObject(parameters)) return parameters
  const tags = Array.isArray(parameters.Tags) ? parameters.Tags : []
  return { ...parameters, Tags: [...tags, mark] }
}

/** The page's policy for a task that waits names sagemaker:ListTags beside the three of the job itself. */
async function readTags(description: Json, io: TaskIo): Promise<void> {
  const arn = isObject(description) ? (description.TrainingJobArn ?? null) : null
  await callService({ service, api: 'listTags', sdk: false }, { ResourceArn: arn }, io, 'tags')
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html */
export const trainingJob: Integration = {
  async start(task, { pattern }, io) {
    const waits = pattern === '.sync'
    const parameters = waits ? marked(task.parameters) : task.parameters
    const answer = await callService({ service, api: 'createTrainingJob', sdk: false }, parameters, io)
    const result = withMetadata(answer, io.env)
    if (!waits) return { done: result }
    const name = isObject(task.parameters) ? (task.parameters.TrainingJobName as Json) : null
    const arn = isObject(answer) && typeof answer.TrainingJobArn === 'string' ? answer.TrainingJobArn : undefined
    return { submitted: result, job: { TrainingJobName: name }, ...(arn === undefined ? {} : { arn }) }
  },
  async look(_task, job, io) {
    const description = await callService({ service, api: 'describeTrainingJob', sdk: false }, job, io, 'describe')
    const success = isObject(description) ? ended[String(description.TrainingJobStatus)] : undefined
    if (success === undefined) return 'running'
    await readTags(description, io)
    return success
      ? { done: description }
      : { failed: { error: 'States.TaskFailed', cause: JSON.stringify(description) } }
  },
  async abort(_task, job, io) {
    await callService({ service, api: 'stopTrainingJob', sdk: false }, job, io, 'stop')
  },
}
