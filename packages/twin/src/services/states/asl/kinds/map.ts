import type { Event, MapRun, MapWait, ReaderWait, WriterWait } from '../execution/execution.ts'
import { leaveWithResult } from '../execution/result.ts'
import { awaits } from '../execution/threads.ts'
import { type Entered, type Frame, type Kind, type Runner, record } from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import { isDistributed, type MapState } from '../language/machine.ts'
import { batchesOf } from './item-batch.ts'
import { afterRead, readItems } from './item-reader.ts'
import { advance, startIteration } from './iteration.ts'
import { concurrencyOf, effectiveInput, itemsOf, toleratedFailure } from './map-items.ts'
import { countPending, endMapRun, failMapRun, publish, startMapRun } from './map-run.ts'
import { afterWrite, resultsOf, writeResults } from './result-writer.ts'

export const map: Kind<MapState> = {
  async start(frame, state, runner) {
    const { turn, thread } = frame
    const input = effectiveInput(frame, state)
    const items = state.ItemReader === undefined ? await itemsOf(frame, state, input) : []
    const started = record(turn, thread, 'MapStateStarted', { length: items.length })
    const concurrency = await concurrencyOf(frame, state, input)
    const tolerated = await toleratedFailure(frame, state, input)
    if (!isDistributed(state)) return iterate(frame, state, { items, started, concurrency }, runner)
    const run = startMapRun(frame, state, concurrency, tolerated)
    publish(turn, run)
    return inRun(frame, run, () =>
      state.ItemReader === undefined
        ? distribute(frame, state, run, items, runner)
        : readItems(frame, state, run, thread.last),
    )
  },

  async resume(frame, state, event, runner) {
    const wait = frame.thread.wait as MapWait | ReaderWait | WriterWait
    if (wait.on === 'map') return iterated(frame, state, wait, event, runner)
    if (event.type === 'task-succeeded' || event.type === 'task-failed')
      frame.turn.effects.push({ kind: 'cancel', id: wait.id })
    return inRun(frame, wait.run, async () => {
      if (wait.on === 'writer') {
        const result = afterWrite(frame, wait, event)
        return result === 'blocked' ? result : succeed(frame, state, wait.run, result)
      }
      const items = await afterRead(frame, state, wait, event)
      return items === 'blocked' ? items : distribute(frame, state, wait.run, items, runner)
    })
  },
}

/** What fails while the run reads or writes fails the run. */
async function inRun(frame: Frame, run: MapRun, action: () => Promise<Entered>): Promise<Entered> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof Failure) || run.status !== 'RUNNING') throw error
    delete frame.thread.wait
    return failMapRun(frame, run, error)
  }
}

async function distribute(frame: Frame, state: MapState, run: MapRun, items: Json[], runner: Runner): Promise<Entered> {
  const begun = { started: frame.thread.last, concurrency: run.maxConcurrency, run }
  if (state.ItemBatcher === undefined) {
    countPending(
      run,
      items.map(() => 1),
    )
    return iterate(frame, state, { ...begun, items }, runner)
  }
  const batches = await batchesOf(frame, state, state.ItemBatcher, items)
  const sizes = batches.map(({ size }) => size)
  countPending(run, sizes)
  return iterate(frame, state, { ...begun, items: batches.map(({ input }) => input), sizes }, runner)
}

type Begun = Pick<MapWait, 'items' | 'started' | 'concurrency' | 'run' | 'sizes'>

function iterate(frame: Frame, state: MapState, begun: Begun, runner: Runner): Promise<Entered> {
  const wait: MapWait = { on: 'map', next: 0, running: {}, outputs: [], ...begun }
  if (state.ResultWriter !== undefined) wait.ended = []
  frame.thread.wait = wait
  return fill(frame, state, wait, runner)
}

async function iterated(frame: Frame, state: MapState, wait: MapWait, event: Event, runner: Runner): Promise<Entered> {
  if (event.type === 'map-run-updated' && wait.run?.arn === event.id) {
    const { maxConcurrency = wait.run.maxConcurrency, tolerated } = event
    wait.concurrency = wait.run.maxConcurrency = maxConcurrency
    Object.assign(wait.run.tolerated, tolerated)
    return fill(frame, state, wait, runner)
  }
  for (const [key, thread] of Object.entries(wait.running)) {
    if (!('id' in event) || !awaits(thread, event.id)) continue
    await advance(frame, state, wait, Number(key), thread, runner, event)
    return fill(frame, state, wait, runner)
  }
  return 'blocked'
}

/** A distributed Map starts up to 10,000 child executions at once; here they are threads of one execution. */
const mostChildren = 40

/** Starts iterations until the limit or the items are reached, and ends the state with the last of them. */
async function fill(frame: Frame, state: MapState, wait: MapWait, runner: Runner): Promise<Entered> {
  const { run } = wait
  const unlimited = run === undefined ? Number.POSITIVE_INFINITY : mostChildren
  const limit = wait.concurrency === 0 ? unlimited : wait.concurrency
  while (wait.next < wait.items.length && Object.keys(wait.running).length < limit) {
    const index = wait.next++
    const thread = await startIteration(frame, state, wait, index)
    wait.running[index] = thread
    await advance(frame, state, wait, index, thread, runner)
  }
  if (run !== undefined) publish(frame.turn, run)
  if (Object.keys(wait.running).length > 0) return 'blocked'
  delete frame.thread.wait
  const outputs = wait.outputs as Json[]
  if (run === undefined) {
    record(frame.turn, { ...frame.thread }, 'MapStateSucceeded')
    return leaveWithResult(frame, state, outputs)
  }
  if (wait.ended === undefined) return succeed(frame, state, run, outputs)
  if (state.ResultWriter?.Resource === undefined) return succeed(frame, state, run, resultsOf(state, wait.ended))
  return inRun(frame, run, () => writeResults(frame, state, run, wait.ended ?? []))
}

function succeed(frame: Frame, state: MapState, run: MapRun, result: Json): Promise<Entered> {
  const { turn, thread } = frame
  delete thread.wait
  endMapRun(turn, run, 'SUCCEEDED')
  record(turn, thread, 'MapRunSucceeded')
  record(turn, { ...thread }, 'MapStateSucceeded')
  return leaveWithResult(frame, state, result)
}
