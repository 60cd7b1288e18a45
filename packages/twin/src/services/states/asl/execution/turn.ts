import type { Chance } from '../expression/intrinsics.ts'
import { Failure } from '../language/failure.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { Machine, Program, QueryLanguage, State } from '../language/machine.ts'
import type { Effect, Event, Execution, Thread } from './execution.ts'
import type { HistoryEvent } from './history.ts'

/** The world that one step may ask: it is given, so a step is a function of its arguments. */
export interface World extends Chance {
  now: number
  region: string
}

/** One step in the making: the draft of the next execution, and what it adds to history and effects. */
export interface Turn {
  machine: Machine
  execution: Execution
  world: World
  history: HistoryEvent[]
  effects: Effect[]
  /** Characters of data in its history so far. */
  written: number
  /** Of a test of one state: what each stage of its data flow came to. */
  inspection?: Record<string, Json>
  /** Of a test of one state: the context object that its expressions see. */
  context?: JsonObject
}

/** Where a thread stands: what its expressions can see. */
export interface Frame {
  turn: Turn
  thread: Thread
  program: Program
  language: QueryLanguage
  /** The variables of the enclosing threads, as they are. */
  outer: Readonly<Record<string, Json>>
}

/** How a thread's run ends for now. */
export type Progress = 'blocked' | { output: Json }

/** https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html */
const mostEvents = 25_000

/** The last event says how the execution ended; only an end of its own kind has that place. */
function demandRoom(events: number, type: string): void {
  if (events < mostEvents - 1 || /^Execution|Aborted$/.test(type)) return
  throw new Failure('States.Runtime', `The execution reached the maximum number of history events (${mostEvents}).`)
}

export function record(turn: Turn, thread: Thread, type: string, details?: JsonObject, previous = thread.last): number {
  if (thread.silent) return thread.last
  const child = thread.child === undefined ? undefined : turn.execution.children?.[thread.child]
  // An Express execution keeps no history.
  if (child?.type === 'EXPRESS') return thread.last
  const counted = child ?? turn.execution
  demandRoom(counted.events, type)
  const id = ++counted.events
  turn.written += String(details?.input ?? '').length + String(details?.output ?? '').length
  const member = detailsMember(type)
  turn.history.push({
    id,
    previousEventId: previous,
    timestamp: turn.world.now,
    type,
    ...(child === undefined ? {} : { child: child.arn }),
    ...(details === undefined ? {} : { [`${member}EventDetails`]: details }),
  })
  thread.last = id
  return id
}

/** `PassStateEntered` has `stateEnteredEventDetails`; `TaskScheduled` has `taskScheduledEventDetails`. */
function detailsMember(type: string): string {
  const state = /^(?:Pass|Task|Choice|Wait|Succeed|Fail|Parallel|Map)(State(?:Entered|Exited))$/.exec(type)
  const name = state?.[1] ?? type
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** Keeps a stage of the data flow where somebody wants to see it. */
export function inspect(frame: Frame, stage: string, value: Json): Json {
  const { inspection } = frame.turn
  if (inspection !== undefined) inspection[stage] = value
  return value
}

export const newEffectId = (turn: Turn): string => String(++turn.execution.effects)

/** The text of a value that history shows; a thread's untouched input keeps its own. */
export const shownText = (thread: Thread, value: Json): string =>
  value === thread.input && thread.text !== undefined ? thread.text : JSON.stringify(value)

export const stateOf = (frame: Frame): State => frame.program.States[frame.thread.at] as State

export const languageOf = (frame: Frame): QueryLanguage => stateOf(frame).QueryLanguage ?? frame.language

export const visibleVariables = (frame: Frame): Record<string, Json> => ({ ...frame.outer, ...frame.thread.variables })

export const newThread = (at: string, input: Json, last: number, more: Partial<Thread> = {}): Thread => ({
  at,
  input,
  variables: {},
  last,
  entered: { event: 0, time: 0, previous: 0 },
  attempts: [],
  ...more,
})

/** What a state hands over when it is left; without `next` the thread has ended. */
export interface Leaving {
  output: Json
  assigned: Record<string, Json>
  next: string | undefined
  /** Recorded before the state's exit; a Map's exit refers to its last iteration, not to MapStateSucceeded. */
  previous?: number
}

export type Entered = 'blocked' | Leaving

/** A kind of state: what entering it does, and what an event does to one that waits. */
export interface Kind<S extends State> {
  start(frame: Frame, state: S, runner: Runner): Promise<Entered>
  resume?(frame: Frame, state: S, event: Event, runner: Runner): Promise<Entered>
}

/** How a kind with threads of its own runs them. */
export interface Runner {
  begin(frame: Frame): Promise<Progress>
  deliver(frame: Frame, event: Event): Promise<Progress>
  /** Ends a thread that still waits: takes back its tasks and timers. */
  abandon(frame: Frame): void
}
