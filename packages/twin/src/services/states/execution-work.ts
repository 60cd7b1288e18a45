import { because, type Tx, type Work, type WorkKind } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import {
  type Effect,
  type Ending,
  type Event,
  type Execution,
  type HistoryEvent,
  type Machine,
  parseDefinition,
  step,
  type TimerPurpose,
  type World,
} from './asl/index.ts'
import {
  childRecord,
  type ExecutionRecord,
  executionKey,
  executions,
  findExecution,
  history,
  outcomeOf,
  putNewExecution,
} from './execution-record.ts'
import { rememberMapRun } from './map-run.ts'
import { emitStatus } from './status-event.ts'
import type { TaskState } from './task-state.ts'
import { forgetToken, forgetTokens, rememberToken, taskKind } from './task-work.ts'

export interface Timer {
  id: string
  at: number
  purpose: TimerPurpose
}

export interface ExecutionState {
  execution: Execution
  begun: boolean
  timers: Timer[]
}

export const executionKind = 'states/execution'

/** A pause may be cut short while nothing else goes on; a limit is wall time. */
const isPause = ({ purpose }: Timer) => purpose === 'wait' || purpose === 'retry'

const parsed = new Map<string, Machine>()

function machineOf(definition: string): Machine {
  const known = parsed.get(definition)
  if (known !== undefined) return known
  const { machine } = parseDefinition(definition)
  if (machine === undefined) throw new Error('an execution has a definition that was accepted')
  if (parsed.size > 100) parsed.clear()
  parsed.set(definition, machine)
  return machine
}

/** Random numbers for jitter and $random, out of the twin's own source. */
const share = (env: Env) => Buffer.from(env.ids.bytes(6)).readUIntBE(0, 6) / 2 ** 48

export const executionWork: WorkKind<ExecutionState, Env> = {
  kind: executionKind,
  async step(work, io, env) {
    const record = findExecution(io.read, work.id)
    const machine = machineOf(record.revision.definition)
    let { execution, timers } = work.state
    const world: World = {
      now: env.clock.now(),
      region: record.region,
      uuid: () => env.ids.uuid(),
      random: () => share(env),
    }
    const queue: Event[] = [
      ...(work.state.begun ? [] : [{ type: 'started' } as const]),
      ...io.signals.map(({ data }) => data as Event),
      ...due(timers, io.reached, world.now).map(({ id }) => ({ type: 'timer-fired', id }) as const),
    ]
    const events: HistoryEvent[] = []
    const effects: Effect[] = []
    for (const event of queue) {
      if (event.type === 'timer-fired') timers = timers.filter(({ id }) => id !== event.id)
      const done = await step(machine, execution, event, world)
      execution = done.execution
      events.push(...done.history)
      effects.push(...done.effects)
      timers = afterEffects(timers, done.effects)
    }
    const ended = execution.outcome
    return {
      state: { execution, begun: true, timers },
      next: ended === undefined ? nextOf(timers) : { when: 'done' },
      commit(tx) {
        for (const event of events) history.put(tx, [event.child ?? record.arn, event.id], event)
        commitTasks(tx, work, record, effects, env)
        commitRuns(tx, record, effects)
        if (!work.state.begun) emitStatus(tx, env, record, work.cause)
        if (ended !== undefined) finish(tx, env, work, record, ended, world.now)
      },
    }
  },
}

function due(timers: readonly Timer[], reached: number, now: number): Timer[] {
  return timers.filter(timer => timer.at <= (isPause(timer) ? reached : now)).sort((a, b) => a.at - b.at)
}

function afterEffects(timers: readonly Timer[], effects: readonly Effect[]): Timer[] {
  let kept = [...timers]
  for (const effect of effects) {
    if (effect.kind === 'timer')
      kept = [...kept.filter(({ id }) => id !== effect.id), { id: effect.id, at: effect.at, purpose: effect.purpose }]
    if (effect.kind === 'cancel') kept = kept.filter(({ id }) => id !== effect.id && !id.startsWith(`${effect.id}/`))
  }
  return kept
}

function nextOf(timers: readonly Timer[]) {
  const [first] = [...timers].sort((a, b) => a.at - b.at)
  if (first === undefined) return { when: 'signal' as const }
  if (timers.some(({ purpose }) => purpose === 'turn')) return { when: 'now' as const }
  return { when: isPause(first) ? ('pause' as const) : ('deadline' as const), at: first.at }
}

/** Tasks are works of their own, begun in the commit that records that they were scheduled. */
function commitTasks(
  tx: Tx,
  work: Work<ExecutionState>,
  record: ExecutionRecord,
  effects: readonly Effect[],
  env: Env,
): void {
  for (const effect of effects) {
    if (effect.kind === 'task') {
      const id = `${record.arn}#${effect.id}`
      const state: TaskState = {
        task: effect,
        execution: record.arn,
        machine: record.machineArn,
        roleArn: record.revision.roleArn,
        account: record.account,
        region: record.region,
        phase: 'scheduled',
      }
      const cause = because(work.cause, { kind: 'state', id: `${record.arn}/${effect.state}`, name: effect.state })
      env.works.start(tx, { id, kind: taskKind, state, cause })
      rememberToken(tx, effect.token, { execution: record.arn, task: effect.id })
    }
    if (effect.kind === 'cancel') {
      env.works.signal(tx, `${record.arn}#${effect.id}`, { name: 'cancel' })
      forgetToken(tx, record.arn, effect.id)
    }
  }
}

function commitRuns(tx: Tx, record: ExecutionRecord, effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.kind === 'map-run') rememberMapRun(tx, record.arn, effect.run)
    if (effect.kind !== 'child') continue
    const child = childRecord(record, effect.child)
    putNewExecution(tx, child)
  }
}

function finish(
  tx: Tx,
  env: Env,
  work: Work<ExecutionState>,
  record: ExecutionRecord,
  ending: Ending,
  now: number,
): void {
  const ended: ExecutionRecord = { ...record, ...outcomeOf(ending), stop: Math.max(record.start, now) }
  executions.put(tx, executionKey(record), ended)
  forgetTokens(tx, record.arn)
  emitStatus(tx, env, ended, work.cause)
}
