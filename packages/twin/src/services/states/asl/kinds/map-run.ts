import type { CountedAs, Counts, MapRun, Tolerated } from '../execution/execution.ts'
import { type Frame, record, type Turn } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { MapState } from '../language/machine.ts'
import { exceeded, exceeds } from './map-items.ts'

const nothing = (): Counts => ({
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  total: 0,
  resultsWritten: 0,
})

/** `arn:aws:states:us-east-1:…:mapRun:machine/Label:uuid`: without a Label the run has a name that is made for it. */
export function startMapRun(frame: Frame, state: MapState, maxConcurrency: number, tolerated: Tolerated): MapRun {
  const { turn, thread } = frame
  const [prefix, machine] = machineOf(frame)
  const label = state.Label ?? turn.world.uuid()
  const run: MapRun = {
    arn: `${prefix}:mapRun:${machine}/${label}:${turn.world.uuid()}`,
    status: 'RUNNING',
    start: turn.world.now,
    maxConcurrency,
    tolerated,
    items: nothing(),
    executions: nothing(),
  }
  record(turn, thread, 'MapRunStarted', { mapRunArn: run.arn })
  return run
}

/** The machine's name, and what all ARNs of its account and region begin with. */
export function machineOf(frame: Frame): [prefix: string, machine: string] {
  const [, prefix = '', machine = ''] =
    /^(arn:[^:]+:states:[^:]*:[^:]*):stateMachine:([^:/]+)/.exec(frame.turn.execution.stateMachine.id) ?? []
  return [prefix, machine]
}

/** Everything is pending once it is known how much there is. */
export function countPending(run: MapRun, sizes: readonly number[]): void {
  run.executions.total = run.executions.pending = sizes.length
  run.items.total = run.items.pending = sizes.reduce((sum, size) => sum + size, 0)
}

export function recount(run: MapRun, from: CountedAs, to: CountedAs, items: number): void {
  run.items[from] -= items
  run.items[to] += items
  run.executions[from]--
  run.executions[to]++
}

/** What DescribeMapRun will say; only the last word of a turn is heard. */
export function publish(turn: Turn, run: MapRun): void {
  const others = turn.effects.filter(effect => effect.kind !== 'map-run' || effect.run.arn !== run.arn)
  turn.effects.splice(0, turn.effects.length, ...others, { kind: 'map-run', run: structuredClone(run) })
}

export function endMapRun(turn: Turn, run: MapRun, status: MapRun['status']): void {
  run.status = status
  run.stop = turn.world.now
  for (const counts of [run.items, run.executions]) {
    counts.aborted += counts.pending
    counts.pending = 0
  }
  publish(turn, run)
}

/** Ends the run and the state with it. */
export function failMapRun({ turn, thread }: Frame, run: MapRun, failure: Failure): never {
  endMapRun(turn, run, 'FAILED')
  const { error = 'States.Runtime', cause } = failure
  record(turn, thread, 'MapRunFailed', { error, ...(cause === undefined ? {} : { cause }) })
  throw new Failure(failure.error, failure.cause)
}

/** Too many children failed; what may fail is a share of the items, in batches or not. */
export function thresholdPassed({ tolerated, items }: MapRun): Failure | undefined {
  const limits = Object.keys(tolerated).length === 0 ? { count: 0 } : tolerated
  return exceeds(limits, items.failed, items.total) ? exceeded() : undefined
}
