import type { Event, MapRun, MapWait, Thread } from '../execution/execution.ts'
import { type Frame, newThread, type Progress, type Runner, record, visibleVariables } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import { isDistributed, type MapState, processorOf } from '../language/machine.ts'
import { endChild, startChild } from './child-execution.ts'
import { itemInput } from './map-items.ts'
import { failMapRun, recount, thresholdPassed } from './map-run.ts'
import { described } from './result-writer.ts'

export async function startIteration(frame: Frame, state: MapState, wait: MapWait, index: number): Promise<Thread> {
  const { turn, thread } = frame
  const item = { index, value: wait.items[index] as Json }
  const input = wait.sizes === undefined ? await itemInput(frame, state, item) : item.value
  const { run } = wait
  if (run !== undefined) {
    recount(run, 'pending', 'running', sizeOf(wait, index))
    const child = startChild(frame, state, run, input)
    return { ...child, item, ...(thread.silent ? { silent: true } : {}) }
  }
  // Iterations that start together all follow the Map's start; later ones follow the one that made room.
  if (wait.concurrency === 0 || (wait.concurrency > 1 && index < wait.concurrency)) thread.last = wait.started
  record(turn, thread, 'MapIterationStarted', { index, name: thread.at })
  return newThread(processorOf(state).StartAt, input, thread.last, {
    item,
    ...(thread.silent ? { silent: true } : {}),
    ...(thread.child === undefined ? {} : { child: thread.child }),
  })
}

const sizeOf = (wait: MapWait, index: number): number => wait.sizes?.[index] ?? 1

export async function advance(
  frame: Frame,
  state: MapState,
  wait: MapWait,
  index: number,
  thread: Thread,
  runner: Runner,
  event?: Event,
): Promise<void> {
  const iteration = iterationFrame(frame, state, thread)
  let progress: Progress
  try {
    progress = event === undefined ? await runner.begin(iteration) : await runner.deliver(iteration, event)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    delete wait.running[index]
    if (wait.run !== undefined) return childFailed(frame, state, wait, wait.run, index, thread, error, runner)
    return iterationFailed(frame, state, wait, index, thread, error, runner)
  }
  if (progress === 'blocked') return
  delete wait.running[index]
  wait.outputs[index] = progress.output
  if (wait.run !== undefined) {
    const child = endChild(frame.turn, thread, { status: 'SUCCEEDED', output: progress.output })
    recount(wait.run, 'running', 'succeeded', sizeOf(wait, index))
    if (wait.ended !== undefined && child !== undefined) wait.ended[index] = child
    return
  }
  frame.thread.last = thread.last
  const succeeded = record(frame.turn, { ...thread }, 'MapIterationSucceeded', { index, name: frame.thread.at })
  // The next iteration follows this one's last state; the end of the Map follows the iteration's own event.
  if (wait.next >= wait.items.length && Object.keys(wait.running).length === 0) frame.thread.last = succeeded
}

function iterationFailed(
  frame: Frame,
  state: MapState,
  wait: MapWait,
  index: number,
  thread: Thread,
  failure: Failure,
  runner: Runner,
): never {
  frame.thread.last = thread.last
  record(frame.turn, { ...thread }, 'MapIterationFailed', { index, name: frame.thread.at })
  for (const running of Object.values(wait.running)) runner.abandon(iterationFrame(frame, state, running))
  delete frame.thread.wait
  throw failure
}

/** A child that failed leaves its record among the results, unless that is one too many. */
function childFailed(
  frame: Frame,
  state: MapState,
  wait: MapWait,
  run: MapRun,
  index: number,
  thread: Thread,
  { error, cause }: Failure,
  runner: Runner,
): void {
  const { turn } = frame
  const ending = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
  const child = endChild(turn, thread, { status: 'FAILED', ...ending })
  recount(run, 'running', 'failed', sizeOf(wait, index))
  if (child !== undefined) wait.outputs[index] = described(child)
  if (wait.ended !== undefined && child !== undefined) wait.ended[index] = child
  const exceeded = thresholdPassed(run)
  if (exceeded === undefined) return
  for (const [key, running] of Object.entries(wait.running)) {
    runner.abandon(iterationFrame(frame, state, running))
    endChild(turn, running, { status: 'ABORTED' })
    recount(run, 'running', 'aborted', sizeOf(wait, Number(key)))
  }
  delete frame.thread.wait
  failMapRun(frame, run, exceeded)
}

/** A distributed Map's iterations are executions of their own and see no variable of this one. */
const iterationFrame = (frame: Frame, state: MapState, thread: Thread): Frame => ({
  turn: frame.turn,
  thread,
  program: processorOf(state),
  language: frame.language,
  outer: isDistributed(state) ? {} : visibleVariables(frame),
})
