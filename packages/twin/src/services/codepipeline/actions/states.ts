import { isAwsError } from '../../../engine/index.ts'
import { type ActionIo, type ActionKind, poll } from './action-kind.ts'
import { zipOf } from './archive.ts'
import { ArtifactRefused, failed, refused } from './failure.ts'
import { artifactFile } from './stack-parameters.ts'

interface Memory {
  execution: string
  machine: string
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html */
export const states: ActionKind<Memory> = {
  category: 'Invoke',
  provider: 'StepFunctions',
  inputs: [0, 1],
  outputs: [0, 1],
  required: ['StateMachineArn'],
  optional: ['ExecutionNamePrefix', 'InputType', 'Input'],
  timeout: 7 * 24 * 60,
  async step(io, memory) {
    try {
      return memory === undefined ? await start(io) : await watch(io, memory)
    } catch (error) {
      if (error instanceof ArtifactRefused) return error.failure
      if (!isAwsError(error)) throw error
      return refused('states', error)
    }
  },
}

/** The execution is named after the action's: whoever knows the one knows the other. */
async function start(io: ActionIo) {
  const { StateMachineArn: machine = '', ExecutionNamePrefix: prefix } = io.configuration
  const { type } = await io.call('states', 'DescribeStateMachine', { stateMachineArn: machine })
  const name = prefix === undefined ? io.action.id : `${prefix}-${io.action.id}`
  const input = await inputOf(io)
  const { executionArn: execution = '' } = await io.call(
    'states',
    'StartExecution',
    { stateMachineArn: machine, name, input },
    'start',
  )
  const external = { id: execution }
  // What becomes of an express execution is not known: starting it is the action.
  if (type === 'EXPRESS') return { succeeded: { variables: variablesOf({ machine, execution }), external } }
  return { memory: { execution, machine }, next: poll(io), external }
}

const variablesOf = ({ machine, execution }: Memory) => ({ StateMachineArn: machine, ExecutionArn: execution })

async function inputOf(io: ActionIo): Promise<string> {
  const { InputType: type = 'Literal', Input: text } = io.configuration
  if (type !== 'FilePath') return text ?? '{}'
  const artifact = io.action.inputs[0]?.name ?? ''
  return Buffer.from(await artifactFile(io, `${artifact}::${text ?? ''}`, new Map())).toString('utf8')
}

/** On the execution's ARN, not the state machine's: the permission that is most often given on the wrong one. */
async function watch(io: ActionIo, memory: Memory) {
  const { status, output, error, cause } = await io.call('states', 'DescribeExecution', {
    executionArn: memory.execution,
  })
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { memory, next: poll(io) }
  const external = { id: memory.execution }
  if (status !== 'SUCCEEDED') {
    const why = [error, cause].filter(Boolean).join(': ')
    const message = `The execution ${memory.execution} ended with status ${status}${why === '' ? '' : `. ${why}`}`
    return { ...failed('JobFailed', message), external }
  }
  const [artifact] = io.action.outputs
  if (artifact !== undefined) await io.write(artifact, zipOf({ 'output.json': Buffer.from(output ?? 'null') }))
  return { succeeded: { variables: variablesOf(memory), external } }
}
