import type { Effect, Ending, Event, Execution, Step } from '../execution/execution.ts'
import { truncated } from '../execution/history.ts'
import { awaits } from '../execution/threads.ts'
import { type Frame, newThread, record, shownText, type Turn, type World } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import type { Machine } from '../language/machine.ts'
import { runner } from './thread.ts'

export interface NewExecution {
  id: string
  name: string
  input: Json
  /** As the caller wrote it. */
  text?: string
  roleArn: string
  stateMachine: { id: string; name: string }
}

export const newExecution = (
  machine: Machine,
  { id, name, input, text, roleArn, stateMachine }: NewExecution,
  startTime: number,
): Execution => ({
  id,
  name,
  input,
  roleArn,
  startTime,
  stateMachine,
  events: 0,
  effects: 0,
  root: newThread(machine.StartAt, input, 0, text === undefined ? {} : { text }),
})

/** The timer of a machine's own TimeoutSeconds. */
const executionTimer = 'execution'

/**
 * One step of an execution, as a function: the same machine, execution, event and world give the same step.
 * (Asynchronous only because jsonata is.)
 */
export async function step(machine: Machine, before: Execution, event: Event, world: World): Promise<Step> {
  const execution = structuredClone(before)
  const turn: Turn = { machine, execution, world, history: [], effects: [], written: 0 }
  if (execution.outcome === undefined) await advance(turn, event)
  return { execution, history: turn.history, effects: turn.effects }
}

async function advance(turn: Turn, event: Event): Promise<void> {
  const { machine, execution } = turn
  const frame: Frame = {
    turn,
    thread: execution.root,
    program: machine,
    language: machine.QueryLanguage ?? 'JSONPath',
    outer: {},
  }
  if (event.type === 'stop-requested') return finish(frame, { status: 'ABORTED', ...errorOf(event) })
  if (event.type === 'timer-fired' && event.id === executionTimer) return finish(frame, { status: 'TIMED_OUT' })
  try {
    let progress: Awaited<ReturnType<typeof runner.begin>>
    if (event.type === 'started') {
      recordStart(turn)
      progress = await runner.begin(frame)
    } else {
      if (!awaits(execution.root, event.id)) return
      progress = await runner.deliver(frame, event)
    }
    if (progress !== 'blocked') finish(frame, { status: 'SUCCEEDED', output: progress.output })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    finish(frame, { status: 'FAILED', ...errorOf(error) })
  }
}

/** The first state's previousEventId is 0, as on AWS. */
function recordStart(turn: Turn): void {
  const { execution, machine, world } = turn
  record(
    turn,
    { ...execution.root },
    'ExecutionStarted',
    {
      input: execution.root.text ?? JSON.stringify(execution.input),
      inputDetails: truncated,
      roleArn: execution.roleArn,
    },
    0,
  )
  if (machine.TimeoutSeconds !== undefined)
    turn.effects.push({
      kind: 'timer',
      id: executionTimer,
      at: world.now + machine.TimeoutSeconds * 1000,
      purpose: 'execution',
    })
}

const errorOf = ({ error, cause }: { error?: string | undefined; cause?: string | undefined }) => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
})

const endings: Record<Ending['status'], string> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  ABORTED: 'ExecutionAborted',
  TIMED_OUT: 'ExecutionTimedOut',
}

function finish(frame: Frame, ending: Ending): void {
  const { turn } = frame
  if (ending.status === 'ABORTED' || ending.status === 'TIMED_OUT') runner.abandon(frame)
  const details =
    ending.status === 'SUCCEEDED'
      ? { output: shownText(frame.thread, ending.output), outputDetails: truncated }
      : errorOf(ending)
  record(turn, turn.execution.root, endings[ending.status], details)
  turn.execution.outcome = ending
  const done: Effect[] = turn.machine.TimeoutSeconds === undefined ? [] : [{ kind: 'cancel', id: executionTimer }]
  turn.effects.push(...done, { kind: 'finished', ending })
}
