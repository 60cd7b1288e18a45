import { describe, expect, test } from 'vitest'
import { parseDefinition } from '../definition/parse.ts'
import type { Ending, Event, StartTask } from '../execution/execution.ts'
import type { HistoryEvent } from '../execution/history.ts'
import type { Json, JsonObject } from '../language/json.ts'
import { newExecution, step } from './step.ts'

const arn = 'arn:aws:states:us-east-1:222222222222'

/** Runs an execution as the twin does, but through JSON after each step: what is not in the state is lost. */
async function play(
  definition: object,
  input: Json,
  respond: (task: StartTask, attempt: number) => Event[] = () => [],
) {
  const { machine, findings } = parseDefinition(JSON.stringify(definition))
  if (machine === undefined) throw new Error(JSON.stringify(findings))
  const about = {
    id: `${arn}:execution:m:run-1`,
    name: 'run-1',
    input,
    roleArn: 'role',
    stateMachine: { id: `${arn}:stateMachine:m`, name: 'm' },
  }
  let execution = newExecution(machine, about, 0)
  let now = 0
  let timers: { id: string; at: number }[] = []
  const queue: Event[] = [{ type: 'started' }]
  const history: HistoryEvent[] = []
  const tasks: StartTask[] = []
  const cancelled: string[] = []
  const waits: number[] = []
  let ending: Ending | undefined
  while (ending === undefined) {
    let event = queue.shift()
    if (event === undefined) {
      const [first] = timers.sort((a, b) => a.at - b.at)
      if (first === undefined) break
      waits.push(first.at - now)
      now = first.at
      timers = timers.filter(timer => timer !== first)
      event = { type: 'timer-fired', id: first.id }
    }
    const world = { now, region: 'us-east-1', uuid: () => 'token', random: () => 0.5 }
    const done = await step(machine, JSON.parse(JSON.stringify(execution)), event, world)
    execution = done.execution
    history.push(...done.history)
    for (const effect of done.effects) {
      if (effect.kind === 'timer') timers.push(effect)
      if (effect.kind === 'cancel') {
        cancelled.push(effect.id)
        timers = timers.filter(({ id }) => id !== effect.id && !id.startsWith(`${effect.id}/`))
      }
      if (effect.kind === 'task') queue.push(...respond(effect, tasks.push(effect)))
      if (effect.kind === 'finished') ending = effect.ending
    }
  }
  return { ending, history, tasks, waits, cancelled, types: history.map(({ type }) => type) }
}

const resource = 'arn:aws:states:::sagemaker:createTrainingJob.sync'

describe('a step', () => {
  test('names the training job after the execution and waits for the job', async () => {
    const definition = {
      StartAt: 'Train',
      States: {
        Train: {
          Type: 'Task',
          Resource: resource,
          Parameters: {
            'TrainingJobName.$': '$$.Execution.Name',
            'HyperParameters.$': '$.parameters',
            OutputDataConfig: { KmsKeyId: 'k' },
          },
          ResultSelector: { 'model.$': '$.ModelArtifacts.S3ModelArtifacts' },
          ResultPath: '$.training',
          OutputPath: '$.training.model',
          End: true,
        },
      },
    }
    const { ending, tasks, types } = await play(definition, { parameters: { eta: '0.2' } }, ({ id }) => [
      { type: 'task-submitted', id, output: {} },
      { type: 'task-succeeded', id, output: { ModelArtifacts: { S3ModelArtifacts: 's3://models/model.tar.gz' } } },
    ])
    expect(tasks[0]?.parameters).toEqual({
      TrainingJobName: 'run-1',
      HyperParameters: { eta: '0.2' },
      OutputDataConfig: { KmsKeyId: 'k' },
    })
    expect(ending).toEqual({ status: 'SUCCEEDED', output: 's3://models/model.tar.gz' })
    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ])
  })

  test('retries with growing intervals up to their limit, then catches', async () => {
    const definition = {
      StartAt: 'Call',
      States: {
        Call: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: {},
          Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 10 }],
          Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.error', Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    }
    const { ending, waits, tasks } = await play(definition, { n: 1 }, ({ id }) => [
      { type: 'task-failed', id, error: 'Busy', cause: 'later' },
    ])
    expect(waits).toEqual([2000, 6000, 10_000])
    expect(tasks).toHaveLength(4)
    expect(ending).toEqual({ status: 'SUCCEEDED', output: { n: 1, error: { Error: 'Busy', Cause: 'later' } } })
  })

  test('States.Runtime is neither retried nor caught', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]
    const definition = {
      StartAt: 'Call',
      States: {
        Call: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { 'a.$': '$.missing' },
          Catch,
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    }
    const { ending } = await play(definition, {})
    expect(ending).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Call' (entered at the event id #2). The JSONPath '$.missing' specified for the field 'a.$' could not be found in the input '{}'",
    })
  })

  test('a failing branch ends its siblings and takes back their tasks and timers', async () => {
    const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } })
    const definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            branch('Slow', { Type: 'Task', Resource: resource, Parameters: {}, TimeoutSeconds: 60, End: true }),
            branch('Bad', { Type: 'Fail', Error: 'Broken' }),
          ],
          End: true,
        },
      },
    }
    const { ending, cancelled, types } = await play(definition, {})
    expect(ending).toEqual({ status: 'FAILED', error: 'Broken' })
    expect(cancelled).toEqual(['1'])
    expect(types.slice(-3)).toEqual(['TaskStateAborted', 'ParallelStateFailed', 'ExecutionFailed'])
  })

  test('a Map keeps its concurrency and the order of its results, and event ids are contiguous', async () => {
    const item = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { 'n.$': '$.n' }, End: true }
    const definition = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          MaxConcurrency: 2,
          ItemSelector: { 'n.$': '$$.Map.Item.Value' },
          ItemProcessor: { StartAt: 'One', States: { One: item } },
          End: true,
        },
      },
    }
    const open: StartTask[] = []
    let most = 0
    const { ending, history } = await play(definition, { items: [1, 2, 3, 4, 5] }, task => {
      most = Math.max(most, open.push(task))
      const last = (task.parameters as JsonObject).n === 5
      const ready = open.length === 2 || last ? open.splice(0).reverse() : []
      return ready.map(({ id, parameters }) => ({
        type: 'task-succeeded',
        id,
        output: (parameters as JsonObject).n as number,
      }))
    })
    expect(most).toBe(2)
    expect(ending).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3, 4, 5] })
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1))
  })

  test('a heartbeat puts off its own limit, not the timeout', async () => {
    const Call = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: {},
      TimeoutSeconds: 90,
      HeartbeatSeconds: 60,
      End: true,
    }
    const { ending, waits, types } = await play({ StartAt: 'Call', States: { Call } }, {}, ({ id }) => [
      { type: 'task-submitted', id, output: {} },
      { type: 'task-heartbeat', id },
    ])
    expect(waits).toEqual([60_000])
    expect(ending).toEqual({ status: 'FAILED', error: 'States.Timeout' })
    expect(types).toContain('TaskTimedOut')
  })

  test('JSONata: variables, $states, and an expression that does not end', async () => {
    const definition = (Output: Json) => ({
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { price: '{% $states.input.price %}' }, Next: 'Use' },
        Use: { Type: 'Pass', Output, End: true },
      },
    })
    const good = await play(definition({ total: '{% $price * $states.input.count %}' }), { price: 3, count: 4 })
    expect(good.ending).toEqual({ status: 'SUCCEEDED', output: { total: 12 } })
    const endless = await play(definition('{% ($f := function($n) { 1 + $f($n) }; $f(1)) %}'), { price: 1 })
    expect(endless.ending).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' })
  })

  test('a stop ends what waits inside', async () => {
    const { machine } = parseDefinition(
      JSON.stringify({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } }),
    )
    if (machine === undefined) throw new Error('refused')
    const world = { now: 0, region: 'us-east-1', uuid: () => '', random: () => 0 }
    const about = { id: 'e', name: 'e', input: {}, roleArn: 'r', stateMachine: { id: 'm', name: 'm' } }
    const begun = await step(machine, newExecution(machine, about, 0), { type: 'started' }, world)
    const stopped = await step(machine, begun.execution, { type: 'stop-requested', cause: 'enough' }, world)
    expect(stopped.history.map(({ type }) => type)).toEqual(['WaitStateAborted', 'ExecutionAborted'])
    expect(stopped.effects).toContainEqual({ kind: 'finished', ending: { status: 'ABORTED', cause: 'enough' } })
  })
})

test('a loop without an end fails with event 25,000, and lets others have their turn before', async () => {
  const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } }
  const { ending, history, waits } = await play(loop, {})
  const cause = 'The execution reached the maximum number of history events (25000).'
  expect(ending).toEqual({ status: 'FAILED', error: 'States.Runtime', cause })
  expect(history.slice(-2)).toMatchObject([
    { id: 24_999, type: 'PassStateExited' },
    { id: 25_000, previousEventId: 24_999, type: 'ExecutionFailed' },
  ])
  expect(waits).toEqual(Array(12).fill(0))
})
