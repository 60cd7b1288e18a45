import type * as sfn from '@aws-sdk/client-sfn'
import { type Call, type Env, operation } from '../../gate/index.ts'
import {
  type Inspection,
  inspectState,
  isObject,
  type Json,
  type JsonObject,
  type Machine,
  parseDefinition,
  parseJsonText,
  parseResource,
  refusal,
  type StartTask,
  type State,
  type TaskAnswer,
  type Test,
} from './asl/index.ts'
import { invalidDefinition, invalidInput, validation } from './errors.ts'
import { TaskFailure } from './integration/call.ts'
import type { TaskIo } from './integration/integration.ts'
import { invokeFunction } from './integration/lambda.ts'
import { mockError } from './integration/mock-check.ts'
import { integrationOf } from './integration/table.ts'
import { passRole } from './machine-operation.ts'
import { checkContext, contextOf } from './test-context.ts'

/** Values that came as text, and still are what they were: they are shown with their own spaces. */
type Texts = Map<Json, string>

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export const testState = operation<typeof sfn, 'TestState', sfn.TestStateOutput>({
  authorize: input => [{ action: 'states:TestState', resource: '*' }, ...passRole(input.roleArn)],
  stage: (input, { call, env }) => test(input, call, env),
  run: (_input, _context, output) => output,
})

async function test(input: sfn.TestStateInput, call: Call, env: Env): Promise<sfn.TestStateOutput> {
  const texts: Texts = new Map()
  const { machine, name } = machineOf(input)
  const state = machine.States[name] as State
  const mock = await mockOf(input, state, texts)
  const value = parsed(input.input ?? '{}', texts, message => invalidInput(message))
  const context =
    input.context === undefined ? contextOf(name, value, input.roleArn, call, env) : checkContext(input.context)
  const run: Test = {
    name,
    input: value,
    context,
    variables:
      input.variables === undefined ? {} : (parsed(input.variables, texts, validation) as Record<string, Json>),
    retries: input.stateConfiguration?.retrierRetryCount ?? 0,
    ...(input.stateConfiguration?.mapIterationFailureCount === undefined
      ? {}
      : { failedIterations: input.stateConfiguration.mapIterationFailureCount }),
    ...(mock === undefined ? { run: task => runTask(task, input.roleArn as string, call, env) } : { mock }),
  }
  const random = () => Buffer.from(env.ids.bytes(6)).readUIntBE(0, 6) / 2 ** 48
  const world = { now: env.clock.now(), region: call.region, uuid: () => env.ids.uuid(), random }
  return answer(await inspectState(machine, run, world), value, input.inspectionLevel ?? 'INFO', texts)
}

/** A state by itself, or one of a whole machine. */
function machineOf(input: sfn.TestStateInput): { machine: Machine; name: string } {
  const json = parseJsonText(input.definition ?? '')
  const given = 'value' in json && isObject(json.value) ? json.value : {}
  const whole = isObject(given.States)
  const name = whole ? (input.stateName ?? String(given.StartAt)) : 'StateName'
  if (whole && !(name in (given.States as JsonObject))) throw validation('State not found in definition')
  const text = 'error' in json || whole ? (input.definition ?? '') : JSON.stringify(alone(given))
  const { machine, findings } = parseDefinition(text)
  if (machine === undefined) throw invalidDefinition(refusal(findings))
  return { machine, name }
}

/** The states that it would go on to are not part of the test. */
function alone(state: JsonObject): JsonObject {
  const lists = [state.Choices, state.Catch].flatMap(list => (Array.isArray(list) ? list : []))
  const targets = [state, ...lists].flatMap(item => (isObject(item) ? [item.Next, item.Default] : []))
  const others = targets.filter((target): target is string => typeof target === 'string' && target !== 'StateName')
  const States = { StateName: state, ...Object.fromEntries(others.map(target => [target, { Type: 'Succeed' }])) }
  return { StartAt: 'StateName', States }
}

const mockable = ['Task', 'Map', 'Parallel']

async function mockOf(input: sfn.TestStateInput, state: State, texts: Texts): Promise<TaskAnswer | undefined> {
  const { mock, stateConfiguration: configuration } = input
  if (mock === undefined) {
    if (configuration?.mapIterationFailureCount !== undefined)
      throw validation('TestState does not support MapIterationFailureCount when a mock is not specified.')
    if (state.Type === 'Map' || state.Type === 'Parallel')
      throw invalidDefinition(
        'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
      )
    if (state.Type === 'Task' && input.roleArn === undefined)
      throw validation('RoleArn must be specified when testing a Task state')
    return undefined
  }
  if (mock.result !== undefined && mock.errorOutput !== undefined)
    throw validation('A test mock should have only one of the following fields: [result, errorOutput].')
  if (!mockable.includes(state.Type))
    throw validation(`State type '${state.Type}' is not supported when a mock is specified`)
  if (mock.errorOutput !== undefined) {
    const { error = '', cause } = mock.errorOutput
    return { error, ...(cause === undefined ? {} : { cause }) }
  }
  const output = parsed(mock.result ?? 'null', texts, () => validation('Mocked result must be valid JSON'))
  if (state.Type === 'Map') checkIterations(output, configuration?.mapIterationFailureCount)
  const resource = state.Type === 'Task' ? parseResource(state.Resource) : undefined
  const error =
    resource?.kind === 'service' ? await mockError(resource, output, mock.fieldValidationMode ?? 'STRICT') : undefined
  if (error !== undefined) throw validation(`Mock result schema validation error: ${error}`)
  return { output }
}

function checkIterations(output: Json, failed: number | undefined): void {
  if (!Array.isArray(output)) throw validation('Mocked result must be an array.')
  if (failed !== undefined && failed > output.length)
    throw validation('Map iteration failure count must be less than or equal to the number of Map iterations')
}

function parsed(text: string, texts: Texts, refuse: (message: string) => Error): Json {
  const json = parseJsonText(text)
  if ('error' in json) throw refuse(json.error.message)
  texts.set(json.value, text)
  return json.value
}

async function runTask(task: StartTask, roleArn: string, call: Call, env: Env): Promise<TaskAnswer> {
  const resource = parseResource(task.resource)
  if (
    resource === undefined ||
    resource.kind === 'activity' ||
    (resource.kind === 'service' && resource.pattern !== '')
  )
    throw validation(`TestState does not run ${task.resource} without a mock.`)
  const as = await env.assume('states.amazonaws.com', roleArn, {
    region: call.region,
    session: 'TestState',
    cause: call.cause,
  })
  const io: TaskIo = { as, env, cause: call.cause, account: call.account, region: call.region, execution: '' }
  try {
    const progress =
      resource.kind === 'lambda'
        ? await invokeFunction(task, resource.arn, io)
        : await integrationOf(resource).start(task, resource, io)
    if ('done' in progress) return { output: progress.done }
    return 'failed' in progress ? progress.failed : { error: 'States.Runtime' }
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error
    return { error: error.error, cause: error.message }
  }
}

const plain = new Set(['maxConcurrency', 'toleratedFailureCount', 'toleratedFailurePercentage'])

function answer(result: Inspection, input: Json, level: sfn.InspectionLevel, texts: Texts): sfn.TestStateOutput {
  const text = (value: Json) => texts.get(value) ?? JSON.stringify(value)
  const stages = Object.entries(result.stages).map(([stage, value]) => [stage, plain.has(stage) ? value : text(value)])
  const inspectionData = {
    input: text(input),
    ...Object.fromEntries(stages),
    ...(result.errorDetails === undefined ? {} : { errorDetails: result.errorDetails }),
  }
  return {
    status: result.status,
    ...(result.output === undefined ? {} : { output: text(result.output) }),
    ...(result.error === undefined ? {} : { error: result.error }),
    ...(result.cause === undefined ? {} : { cause: result.cause }),
    ...(result.next === undefined ? {} : { nextState: result.next }),
    ...(level === 'INFO' ? {} : { inspectionData }),
  }
}
