import { locatedCause } from '../execution/cause.ts'
import type { StartTask, TaskWait } from '../execution/execution.ts'
import { leaveWithResult } from '../execution/result.ts'
import { type Entered, type Frame, newThread, stateOf, type Turn, type World } from '../execution/turn.ts'
import { kindOf } from '../kinds/kinds.ts'
import { concurrencyOf, exceeded, exceeds, toleratedFailure } from '../kinds/map-items.ts'
import { Failure, StateFailure } from '../language/failure.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { Machine, MapState } from '../language/machine.ts'
import { attemptsAllowed, backoff, caught, findCatcher, findRetrier } from './recovery.ts'
import { newExecution } from './step.ts'
import { runner } from './thread.ts'

export type TaskAnswer = { output: Json } | { error: string; cause?: string }

export interface Test {
  name: string
  input: Json
  context: JsonObject
  variables: Record<string, Json>
  /** What the task, the branches or the iterations are said to have answered. */
  mock?: TaskAnswer
  /** Runs the task for real. */
  run?(task: StartTask): Promise<TaskAnswer>
  retries: number
  failedIterations?: number
}

export interface Inspection {
  status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR'
  output?: Json
  next?: string
  error?: string
  cause?: string
  stages: Record<string, Json>
  errorDetails?: { catchIndex?: number; retryIndex?: number; retryBackoffIntervalSeconds?: number }
}

/** One state by itself, as TestState shows it: its data flow, and what its Retry and Catch would do. */
export async function inspectState(machine: Machine, test: Test, world: World): Promise<Inspection> {
  const about = { id: '', name: '', input: test.input, roleArn: '', stateMachine: { id: '', name: '' } }
  const stages: Record<string, Json> = {}
  const turn: Turn = {
    written: 0,
    machine,
    execution: newExecution(machine, about, world.now),
    world,
    history: [],
    effects: [],
    inspection: stages,
    context: test.context,
  }
  const thread = newThread(test.name, test.input, 0, { silent: true, variables: test.variables })
  const frame: Frame = { turn, thread, program: machine, language: machine.QueryLanguage ?? 'JSONPath', outer: {} }
  try {
    const entered = await perform(frame, test)
    if (entered === 'blocked') throw new Error(`the state ${test.name} did not end`)
    return { status: 'SUCCEEDED', output: entered.output, stages, ...nextOf(entered.next) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return recovered(frame, error instanceof StateFailure ? locatedCause(frame, error) : error, test, stages)
  }
}

const nextOf = (next: string | undefined) => (next === undefined ? {} : { next })

async function perform(frame: Frame, test: Test): Promise<Entered> {
  const state = stateOf(frame)
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    if (state.Type === 'Map') await mapStages(frame, state, test)
    const answer = test.mock ?? { error: 'States.Runtime' }
    if ('error' in answer) throw new Failure(answer.error, answer.cause)
    return leaveWithResult(frame, state, answer.output)
  }
  const kind = kindOf(state)
  const entered = await kind.start(frame, state, runner)
  if (entered !== 'blocked' || kind.resume === undefined) return entered
  const task = frame.turn.effects.find(effect => effect.kind === 'task')
  if (task === undefined) return kind.resume(frame, state, { type: 'timer-fired', id: '' }, runner)
  const { id } = frame.thread.wait as TaskWait
  const answer = test.mock ?? (await test.run?.(task)) ?? { error: 'States.Runtime' }
  return kind.resume(
    frame,
    state,
    'error' in answer ? { type: 'task-failed', id, ...answer } : { type: 'task-succeeded', id, ...answer },
    runner,
  )
}

async function mapStages(frame: Frame, state: MapState, { failedIterations = 0, mock }: Test): Promise<void> {
  const stages = frame.turn.inspection ?? {}
  stages.maxConcurrency = await concurrencyOf(frame, state, frame.thread.input)
  const tolerated = await toleratedFailure(frame, state, frame.thread.input)
  if (tolerated.count !== undefined) stages.toleratedFailureCount = tolerated.count
  if (tolerated.percentage !== undefined) stages.toleratedFailurePercentage = tolerated.percentage
  const length = mock !== undefined && 'output' in mock && Array.isArray(mock.output) ? mock.output.length : 1
  if (exceeds(tolerated, failedIterations, length)) throw exceeded()
}

async function recovered(
  frame: Frame,
  failure: Failure,
  test: Test,
  stages: Record<string, Json>,
): Promise<Inspection> {
  const state = stateOf(frame)
  const told = {
    stages,
    ...(failure.error === undefined ? {} : { error: failure.error }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  }
  const retry = findRetrier(state, failure)
  const retryIndex = retry === undefined ? {} : { retryIndex: retry.index }
  if (retry !== undefined && test.retries < attemptsAllowed(retry.retrier)) {
    const errorDetails = { ...retryIndex, retryBackoffIntervalSeconds: backoff(retry.retrier, test.retries) }
    return { status: 'RETRIABLE', ...told, errorDetails }
  }
  const found = findCatcher(state, failure)
  if (found === undefined)
    return { status: 'FAILED', ...told, ...(retry === undefined ? {} : { errorDetails: retryIndex }) }
  const entered = await caught(frame, found.catcher, failure)
  if (entered === 'blocked') throw new Error('a catcher does not wait')
  return {
    status: 'CAUGHT_ERROR',
    ...told,
    output: entered.output,
    ...nextOf(entered.next),
    errorDetails: { catchIndex: found.index },
  }
}
