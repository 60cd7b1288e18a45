import { follow, inputOf, query, template, typedQuery } from '../execution/data.ts'
import type { Event, TaskWait } from '../execution/execution.ts'
import { leaveWithResult } from '../execution/result.ts'
import { type Frame, inspect, type Kind, languageOf, newEffectId, record } from '../execution/turn.ts'
import { Failure, runtimeFailure, StateFailure } from '../language/failure.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { TaskState } from '../language/machine.ts'
import { taskHistory } from './task-history.ts'

export const task: Kind<TaskState> = {
  async start(frame, state) {
    const { turn, thread } = frame
    const id = newEffectId(turn)
    const token = turn.world.uuid()
    const jsonata = languageOf(frame) === 'JSONata'
    const input = jsonata ? thread.input : inspect(frame, 'afterInputPath', inputOf(frame, state.InputPath))
    const parameters = jsonata
      ? state.Arguments === undefined
        ? input
        : await query(frame, state.Arguments, 'Arguments', { token })
      : state.Parameters === undefined
        ? input
        : template(frame, state.Parameters, { data: input, token })
    if (!jsonata) inspect(frame, 'afterParameters', parameters)
    else if (state.Arguments !== undefined) inspect(frame, 'afterArguments', parameters)
    const timeout = await limit(frame, state, 'TimeoutSeconds', input)
    const heartbeat = await limit(frame, state, 'HeartbeatSeconds', input)
    const credentials = await credentialsOf(frame, state, input)
    const names = taskHistory(state.Resource)
    const details = names.scheduledDetails(parameters, turn.world.region, timeout, heartbeat, credentials)
    const later = names.scheduled === 'ActivityScheduled'
    if (!later) record(turn, thread, names.scheduled, details)
    thread.wait = {
      on: 'task',
      id,
      token,
      phase: 'scheduled',
      ...(later ? { scheduled: details } : {}),
      ...(heartbeat === undefined ? {} : { heartbeatSeconds: heartbeat }),
    }
    turn.effects.push({
      kind: 'task',
      id,
      token,
      resource: state.Resource,
      parameters,
      state: thread.at,
      ...(credentials === undefined ? {} : { credentials }),
      ...(heartbeat === undefined ? {} : { heartbeatSeconds: heartbeat }),
    })
    if (timeout !== undefined)
      turn.effects.push({ kind: 'timer', id: `${id}/timeout`, at: turn.world.now + timeout * 1000, purpose: 'timeout' })
    if (heartbeat !== undefined) beat(frame, id, heartbeat)
    return 'blocked'
  },

  async resume(frame, state, event) {
    const { turn, thread } = frame
    const wait = thread.wait as TaskWait
    const names = taskHistory(state.Resource)
    if (event.type === 'task-heartbeat') {
      if (wait.heartbeatSeconds !== undefined) beat(frame, wait.id, wait.heartbeatSeconds)
      return 'blocked'
    }
    if (event.type === 'task-scheduled') {
      if (wait.scheduled !== undefined) record(turn, thread, names.scheduled, wait.scheduled)
      delete wait.scheduled
      return 'blocked'
    }
    if (event.type === 'task-started') {
      started(frame, state, wait, event.worker)
      return 'blocked'
    }
    if (event.type === 'task-submitted') {
      started(frame, state, wait)
      wait.phase = 'submitted'
      record(turn, thread, 'TaskSubmitted', names.resultDetails(event.output))
      return 'blocked'
    }
    const runtime = event.type === 'task-failed' && event.phase === 'runtime'
    if (event.type !== 'timer-fired' && !runtime) started(frame, state, wait)
    end(frame, wait)
    if (event.type === 'task-succeeded') {
      inspect(frame, 'result', event.output)
      record(turn, thread, names.succeeded, names.resultDetails(event.output))
      return leaveWithResult(frame, state, event.output)
    }
    throw failureOf(frame, state, event)
  },
}

function started(frame: Frame, state: TaskState, wait: TaskWait, worker?: string): void {
  if (wait.phase !== 'scheduled') return
  wait.phase = 'started'
  const names = taskHistory(state.Resource)
  record(frame.turn, frame.thread, names.started, names.startedDetails(worker))
}

/** The task is over: its timers are taken back. */
function end(frame: Frame, wait: TaskWait): void {
  delete frame.thread.wait
  frame.turn.effects.push({ kind: 'cancel', id: wait.id })
}

function failureOf(frame: Frame, state: TaskState, event: Event): Failure {
  const names = taskHistory(state.Resource)
  if (event.type === 'timer-fired') {
    record(frame.turn, frame.thread, names.timedOut, names.failedDetails('States.Timeout', undefined))
    const heartbeat = event.id.endsWith('/heartbeat')
    return new Failure('States.Timeout', undefined, undefined, heartbeat ? ['States.HeartbeatTimeout'] : [])
  }
  if (event.type !== 'task-failed') throw new Error(`a task cannot take ${event.type}`)
  if (event.phase === 'runtime') return new StateFailure(event.error, event.cause)
  const type =
    event.phase === 'submit' ? 'TaskSubmitFailed' : event.phase === 'start' ? names.startFailed : names.failed
  record(frame.turn, frame.thread, type, names.failedDetails(event.error, event.cause))
  return new Failure(event.error, event.cause)
}

function beat(frame: Frame, id: string, seconds: number): void {
  frame.turn.effects.push({
    kind: 'timer',
    id: `${id}/heartbeat`,
    at: frame.turn.world.now + seconds * 1000,
    purpose: 'heartbeat',
  })
}

async function limit(
  frame: Frame,
  state: TaskState,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
  data: Json,
): Promise<number | undefined> {
  const value = state[field]
  const path = state[`${field}Path`]
  if (path !== undefined) {
    const found = follow(frame, path, data)
    if (typeof found === 'number' && Number.isInteger(found) && found > 0) return found
    throw runtimeFailure(
      `The ${field}Path parameter does not reference a positive integer: ${path} == ${JSON.stringify(found)}`,
    )
  }
  return typeof value === 'string' ? typedQuery<number>(frame, value, field, 'integer') : value
}

async function credentialsOf(frame: Frame, state: TaskState, data: Json): Promise<JsonObject | undefined> {
  if (state.Credentials === undefined) return undefined
  const filled =
    languageOf(frame) === 'JSONata'
      ? await query(frame, state.Credentials, 'Credentials')
      : template(frame, state.Credentials, { data })
  return filled as JsonObject
}
