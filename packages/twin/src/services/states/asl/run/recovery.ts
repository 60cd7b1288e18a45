import { assignByPath, assignByQuery, query } from '../execution/data.ts'
import { place } from '../execution/result.ts'
import { type Entered, type Frame, languageOf, newEffectId, record, stateOf } from '../execution/turn.ts'
import type { Failure } from '../language/failure.ts'
import type { JsonObject } from '../language/json.ts'
import type { Catcher, Retrier, State } from '../language/machine.ts'

/** Retry, else Catch, else the failure goes on. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export async function recover(frame: Frame, failure: Failure): Promise<Entered> {
  const state = stateOf(frame)
  const retrier = findRetrier(state, failure)
  if (retrier !== undefined && retry(frame, retrier)) return 'blocked'
  if ((state.Type === 'Map' || state.Type === 'Parallel') && failure.error !== 'States.Runtime')
    record(frame.turn, frame.thread, `${state.Type}StateFailed`)
  const catcher = findCatcher(state, failure)
  if (catcher === undefined) throw failure
  return caught(frame, catcher.catcher, failure)
}

export function findRetrier(state: State, failure: Failure): { retrier: Retrier; index: number } | undefined {
  const list = 'Retry' in state ? (state.Retry ?? []) : []
  const index = list.findIndex(({ ErrorEquals }) => matches(ErrorEquals, state, failure))
  return index < 0 ? undefined : { retrier: list[index] as Retrier, index }
}

export function findCatcher(state: State, failure: Failure): { catcher: Catcher; index: number } | undefined {
  const list = 'Catch' in state ? (state.Catch ?? []) : []
  const index = list.findIndex(({ ErrorEquals }) => matches(ErrorEquals, state, failure))
  return index < 0 ? undefined : { catcher: list[index] as Catcher, index }
}

/** Neither a Retry nor a Catch takes States.Runtime; the wildcards leave out what the documentation says. */
function matches(names: readonly string[], state: State, failure: Failure): boolean {
  const error = failure.error ?? ''
  if (error === 'States.Runtime') return false
  return names.some(
    name =>
      name === error ||
      failure.aliases.includes(name) ||
      (name === 'States.ALL' && error !== 'States.DataLimitExceeded') ||
      (name === 'States.TaskFailed' &&
        state.Type === 'Task' &&
        error !== 'States.Timeout' &&
        error !== 'States.DataLimitExceeded'),
  )
}

/** Seconds before attempt `made + 1`, without jitter. */
export function backoff(retrier: Retrier, made: number): number {
  const seconds = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** made
  return Math.min(seconds, retrier.MaxDelaySeconds ?? 31_622_400)
}

export const attemptsAllowed = (retrier: Retrier): number => retrier.MaxAttempts ?? 3

function retry(frame: Frame, { retrier, index }: { retrier: Retrier; index: number }): boolean {
  const { thread, turn } = frame
  const made = thread.attempts[index] ?? 0
  if (made >= attemptsAllowed(retrier)) return false
  while (thread.attempts.length <= index) thread.attempts.push(0)
  thread.attempts[index] = made + 1
  const seconds = backoff(retrier, made) * (retrier.JitterStrategy === 'FULL' ? turn.world.random() : 1)
  const id = newEffectId(turn)
  thread.wait = { on: 'timer', id, purpose: 'retry' }
  turn.effects.push({ kind: 'timer', id, at: turn.world.now + Math.round(seconds * 1000), purpose: 'retry' })
  return true
}

export async function caught(frame: Frame, catcher: Catcher, failure: Failure): Promise<Entered> {
  const errorOutput: JsonObject = { Error: failure.error ?? '', Cause: failure.cause ?? '' }
  if (languageOf(frame) === 'JSONata') {
    const assigned = await assignByQuery(frame, catcher.Assign, { errorOutput })
    const output =
      catcher.Output === undefined ? errorOutput : await query(frame, catcher.Output, 'Output', { errorOutput })
    return { output, assigned, next: catcher.Next }
  }
  const assigned = assignByPath(frame, catcher.Assign, { data: errorOutput })
  return { output: place(frame.thread.input, catcher.ResultPath, errorOutput), assigned, next: catcher.Next }
}
