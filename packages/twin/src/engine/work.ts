import type { Cause } from './cause.ts'
import type { Reader, Tx } from './store.ts'

/** A durable activity: an execution, a stack operation, a training job. Its state is a value; its progress are commits. */
export interface Work<State = unknown> {
  id: string
  kind: string
  state: State
  cause: Cause
  /** Counts the committed steps; part of every token, so that a repeated step repeats its tokens. */
  step: number
  next: Next
}

/**
 * When a step is due again. A signal wakes it whatever it waits for.
 * `pause` is a mere wait (a Wait state, a retry interval, a poll): it fires early when nothing else goes on.
 * `deadline` is a limit (a timeout): wall time only.
 */
export type Next = { when: 'now' | 'signal' | 'done' } | { when: 'pause' | 'deadline'; at: number }

export interface Signal {
  name: string
  data?: unknown
}

export interface WorkIo {
  /** What has been signalled since the last committed step, in order. */
  signals: readonly Signal[]
  /** The time that this step may take as reached: the wall clock, or the timer's own time when it fired early. */
  reached: number
  /** A stable name for a call of this step; the callee answers a repeated token with its first answer. */
  token(label: string): string
  /** The step was cut off before, after it had made tokened calls. */
  repeated: boolean
  read: Reader
  /** Fires when a signal arrives while the step runs (a stop, an abort). */
  interrupted: AbortSignal
}

export interface Outcome<State> {
  state: State
  next: Next
  /** Joins the transaction that commits this step. */
  commit?: (tx: Tx) => void
}

/**
 * `step` may run again after a crash: it depends on nothing but its state, its signals and the answers to tokened calls.
 * It must not throw: an AWS error is an outcome; what escapes is a bug, is logged, and parks the work.
 */
export interface WorkKind<State, Env> {
  kind: string
  step(work: Work<State>, io: WorkIo, env: Env): Promise<Outcome<State>>
}

/** A kind whatever its state is: how tables hold them. */
export interface AnyWorkKind<Env> {
  kind: string
  step(work: Work<never>, io: WorkIo, env: Env): Promise<Outcome<unknown>>
}

export interface Works {
  /** Begins with the commit of `tx`. */
  start<State>(tx: Tx, work: { id: string; kind: string; state: State; cause: Cause; next?: Next }): void
  signal(tx: Tx, id: string, signal: Signal): void
  get(read: Reader, id: string): Work | undefined
  /** Fires when the twin stops: whoever waits for a process ends it and throws `Interrupted`. */
  stopping(): AbortSignal
  /** Keeps pauses from firing early until the result is called: something is under way that no step knows of. */
  busy(): () => void
}
