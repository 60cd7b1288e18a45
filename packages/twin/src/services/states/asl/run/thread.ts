import { locatedCause } from '../execution/cause.ts'
import type { Event } from '../execution/execution.ts'
import { truncated } from '../execution/history.ts'
import { children } from '../execution/threads.ts'
import {
  type Entered,
  type Frame,
  type Leaving,
  newEffectId,
  type Progress,
  type Runner,
  record,
  shownText,
  stateOf,
} from '../execution/turn.ts'
import { abortMapRun } from '../kinds/child-execution.ts'
import { kindOf } from '../kinds/kinds.ts'
import { Failure, StateFailure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import type { Program } from '../language/machine.ts'
import { processorOf } from '../language/machine.ts'
import { recover } from './recovery.ts'

/** 256 KiB: the largest input or output of a state. */
const largest = 262_144

export const runner: Runner = {
  begin: frame => proceed(frame, () => enter(frame)),

  /** The event is for a task or timer of this thread, or of one that it started. */
  deliver(frame, event) {
    const { wait } = frame.thread
    if (wait?.on === 'timer' && wait.purpose === 'turn') {
      delete frame.thread.wait
      return proceed(frame, () => enter(frame))
    }
    if (wait?.on === 'timer' && wait.purpose === 'retry') {
      delete frame.thread.wait
      return proceed(frame, () => start(frame))
    }
    return proceed(frame, () => resume(frame, event))
  },

  abandon(frame) {
    const { thread, turn } = frame
    const { wait } = thread
    if (wait === undefined) return
    const state = stateOf(frame)
    for (const [index, child] of children(wait).entries())
      runner.abandon({ ...frame, thread: child, program: programOf(frame, index) })
    if ('id' in wait) turn.effects.push({ kind: 'cancel', id: wait.id })
    abortMapRun(turn, wait)
    delete thread.wait
    if (wait.on === 'timer' && wait.purpose === 'turn') return
    if (state.Type === 'Task' || state.Type === 'Wait' || state.Type === 'Parallel' || state.Type === 'Map')
      record(turn, thread, `${state.Type}StateAborted`)
  },
}

function programOf(frame: Frame, index: number): Program {
  const state = stateOf(frame)
  const { wait } = frame.thread
  if (state.Type === 'Map') return processorOf(state)
  if (state.Type !== 'Parallel' || wait?.on !== 'parallel') return frame.program
  const running = wait.branches.flatMap((branch, place) => ('thread' in branch ? [place] : []))
  return state.Branches[running[index] as number] as Program
}

/** Goes from state to state until the thread has to wait or ends. */
async function proceed(frame: Frame, first: () => Promise<Entered>): Promise<Progress> {
  let action = first
  const from = frame.turn.written
  for (let passed = 1; ; passed++) {
    const entered = await guarded(frame, action)
    if (entered === 'blocked') return 'blocked'
    leave(frame, entered)
    if (entered.next === undefined) return { output: entered.output }
    frame.thread.at = entered.next
    if (frame.thread.input !== entered.output) delete frame.thread.text
    frame.thread.input = entered.output
    if (passed === mostStates || frame.turn.written - from > mostWritten) return takeTurns(frame)
    action = () => enter(frame)
  }
}

/** Of one thread in one step: a loop without a task would keep all others waiting, and its history in memory. */
const mostStates = 1_000
const mostWritten = 8 * 1024 * 1024

function takeTurns({ thread, turn }: Frame): 'blocked' {
  const id = newEffectId(turn)
  thread.wait = { on: 'timer', id, purpose: 'turn' }
  turn.effects.push({ kind: 'timer', id, at: turn.world.now, purpose: 'turn' })
  return 'blocked'
}

function enter(frame: Frame): Promise<Entered> {
  const { thread, turn } = frame
  const previous = thread.last
  const state = stateOf(frame)
  thread.attempts = []
  const event = record(turn, thread, `${state.Type}StateEntered`, {
    name: thread.at,
    input: shownText(thread, thread.input),
    inputDetails: truncated,
  })
  thread.entered = { event, time: turn.world.now, previous }
  return start(frame)
}

const start = (frame: Frame) => kindOf(stateOf(frame)).start(frame, stateOf(frame), runner)

function resume(frame: Frame, event: Event): Promise<Entered> {
  const state = stateOf(frame)
  const kind = kindOf(state)
  if (kind.resume === undefined) throw new Error(`${state.Type} takes no ${event.type}`)
  return kind.resume(frame, state, event, runner)
}

async function guarded(frame: Frame, action: () => Promise<Entered>): Promise<Entered> {
  try {
    const entered = await action()
    if (entered !== 'blocked') mustFit(frame, entered.output)
    return entered
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const failure = explained(frame, error)
    noteEvaluation(frame, failure)
    try {
      return await recover(frame, failure)
    } catch (second) {
      if (!(second instanceof StateFailure)) throw second
      const again = explained(frame, second)
      noteEvaluation(frame, again)
      throw again
    }
  }
}

/** AWS puts where it happened before what happened. */
const explained = (frame: Frame, failure: Failure): Failure =>
  failure instanceof StateFailure ? locatedCause(frame, failure) : failure

function noteEvaluation(frame: Frame, failure: Failure): void {
  if (failure.evaluation === undefined) return
  const { thread } = frame
  const details = {
    cause: failure.cause as Json,
    error: failure.error as Json,
    ...(failure.evaluation.location === undefined ? {} : { location: failure.evaluation.location }),
    state: thread.at,
  }
  const previous = thread.last === thread.entered.event ? thread.entered.previous : thread.last
  record(frame.turn, thread, 'EvaluationFailed', details, previous)
}

function mustFit(frame: Frame, output: Json): void {
  if (Buffer.byteLength(JSON.stringify(output)) <= largest) return
  throw new Failure(
    'States.DataLimitExceeded',
    `The state/task '${frame.thread.at}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  )
}

function leave(frame: Frame, { output, assigned }: Leaving): void {
  const { thread, turn } = frame
  const names = Object.keys(assigned)
  const state = stateOf(frame)
  if (state.Type !== 'Fail')
    record(turn, thread, `${state.Type}StateExited`, {
      name: thread.at,
      output: shownText(thread, output),
      outputDetails: truncated,
      ...(names.length === 0
        ? {}
        : {
            assignedVariables: Object.fromEntries(names.map(name => [name, JSON.stringify(assigned[name])])),
            assignedVariablesDetails: truncated,
          }),
    })
  Object.assign(thread.variables, assigned)
}
