import type { Child, Ending, MapRun, Thread, Wait } from '../execution/execution.ts'
import { truncated } from '../execution/history.ts'
import { type Frame, newThread, record, type Turn } from '../execution/turn.ts'
import type { Json } from '../language/json.ts'
import { type MapState, processorOf } from '../language/machine.ts'
import { endMapRun, machineOf } from './map-run.ts'

/**
 * An iteration of a distributed Map is an execution of `machine/Label`, with a history of its own:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
 */
export function startChild(frame: Frame, state: MapState, run: MapRun, input: Json): Thread {
  const { turn } = frame
  const { execution, world } = turn
  const [prefix, machine] = machineOf(frame)
  const label = run.arn.split('/')[1]?.split(':')[0] ?? ''
  const processor = processorOf(state)
  const type = processor.ProcessorConfig?.ExecutionType ?? 'STANDARD'
  const name = world.uuid()
  const child: Child = {
    arn:
      type === 'EXPRESS'
        ? `${prefix}:express:${machine}/${label}:${name}:${world.uuid()}`
        : `${prefix}:execution:${machine}/${label}:${name}`,
    mapRun: run.arn,
    machine: { id: `${prefix}:stateMachine:${machine}/${label}`, name: `${machine}/${label}` },
    type,
    name,
    input,
    start: world.now,
    events: 0,
  }
  execution.children = { ...execution.children, [child.arn]: child }
  const thread = newThread(processor.StartAt, input, 0, { child: child.arn })
  const details = { input: JSON.stringify(input), inputDetails: truncated, roleArn: execution.roleArn }
  record(turn, { ...thread }, 'ExecutionStarted', details, 0)
  turn.effects.push({ kind: 'child', child: structuredClone(child) })
  return thread
}

const events: Record<Ending['status'], string> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  ABORTED: 'ExecutionAborted',
  TIMED_OUT: 'ExecutionTimedOut',
}

/** The child as it was in the end, or undefined: the thread is none. */
export function endChild(turn: Turn, thread: Thread, ending: Ending): Child | undefined {
  const { children = {} } = turn.execution
  const child = children[thread.child ?? '']
  if (child === undefined) return undefined
  const { status: _, ...failed } = ending
  const details =
    ending.status === 'SUCCEEDED' ? { output: JSON.stringify(ending.output), outputDetails: truncated } : failed
  record(turn, thread, events[ending.status], details)
  const ended: Child = { ...child, stop: turn.world.now, ending }
  delete children[child.arn]
  turn.effects.push({ kind: 'child', child: ended })
  return ended
}

/** A distributed Map that is given up: its children have been, and the run is over. */
export function abortMapRun(turn: Turn, wait: Wait): void {
  if (!('run' in wait) || wait.run === undefined) return
  const { run } = wait
  if (wait.on === 'map') for (const thread of Object.values(wait.running)) endChild(turn, thread, { status: 'ABORTED' })
  for (const counts of [run.items, run.executions]) {
    counts.aborted += counts.running
    counts.running = 0
  }
  endMapRun(turn, run, 'ABORTED')
}
