import type { Json, JsonObject } from '../language/json.ts'
import type { HistoryEvent } from './history.ts'

/** An execution between two steps: plain JSON, all that a process needs to go on with it. */
export interface Execution {
  id: string
  name: string
  input: Json
  roleArn: string
  startTime: number
  stateMachine: { id: string; name: string }
  /** Id of the last history event. */
  events: number
  /** How many tasks and timers were started; names the next one. */
  effects: number
  root: Thread
  /** The child executions of distributed Maps that have not ended, by ARN. */
  children?: Record<string, Child>
  outcome?: Ending
}

export type Ending =
  | { status: 'SUCCEEDED'; output: Json }
  | { status: 'FAILED' | 'ABORTED' | 'TIMED_OUT'; error?: string; cause?: string }

/** One line of control: the machine itself, a branch of a Parallel, an iteration of a Map. */
export interface Thread {
  /** The state it is in. */
  at: string
  input: Json
  /** The input's own text, while it is what the caller wrote: AWS shows it with its spaces. */
  text?: string
  variables: Record<string, Json>
  /** The last event of this line: the next event's previousEventId. */
  last: number
  entered: { event: number; time: number; previous: number }
  /** Attempts made so far, by the retrier's place in the list. */
  attempts: number[]
  wait?: Wait
  /** Of an iteration: `$$.Map.Item`. */
  item?: { index: number; value: Json }
  /** Nobody reads its history. */
  silent?: boolean
  /** Of an iteration of a distributed Map: the child execution whose history it writes. */
  child?: string
}

export type Wait = TaskWait | TimerWait | ParallelWait | MapWait | ReaderWait | WriterWait

export interface TaskWait {
  on: 'task'
  id: string
  token: string
  phase: 'scheduled' | 'started' | 'submitted'
  /** Of an activity: its ActivityScheduled, recorded once the activity is known to exist. */
  scheduled?: JsonObject
  heartbeatSeconds?: number
}

export type TimerPurpose = TimerWait['purpose'] | 'timeout' | 'heartbeat' | 'execution'

export interface TimerWait {
  on: 'timer'
  id: string
  /** `turn`: it has gone on for long, and lets others have theirs. */
  purpose: 'wait' | 'retry' | 'turn'
}

export interface ParallelWait {
  on: 'parallel'
  branches: Branch[]
}

/** A branch that has ended keeps its output and its last event. */
export type Branch = { thread: Thread } | { output: Json; last: number }

export interface MapWait {
  on: 'map'
  items: Json[]
  /** The event that the first iterations follow. */
  started: number
  /** The next item to start. */
  next: number
  concurrency: number
  running: Record<string, Thread>
  outputs: (Json | null)[]
  /** Of a distributed Map. */
  run?: MapRun
  /** How many items each iteration has, where they are batched. */
  sizes?: number[]
  /** The ended children, where their results are written somewhere. */
  ended?: Child[]
}

/** A distributed Map reads its items, page by page. */
export interface ReaderWait {
  on: 'reader'
  id: string
  parameters: JsonObject
  items: Json[]
  run: MapRun
  started: number
}

/** A distributed Map writes its results, object by object. */
export interface WriterWait {
  on: 'writer'
  id: string
  objects: { key: string; body: string }[]
  bucket: string
  manifest: string
  run: MapRun
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export interface MapRun {
  arn: string
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'
  start: number
  stop?: number
  maxConcurrency: number
  tolerated: Tolerated
  items: Counts
  executions: Counts
}

/** What is not given is not a limit; without either none may fail. */
export interface Tolerated {
  count?: number
  percentage?: number
}

export type CountedAs = 'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted'
export type Counts = Record<CountedAs | 'total' | 'resultsWritten', number>

/** One iteration of a distributed Map, an execution of its own to whoever asks. */
export interface Child {
  arn: string
  mapRun: string
  machine: { id: string; name: string }
  type: 'STANDARD' | 'EXPRESS'
  name: string
  input: Json
  start: number
  /** Id of the last event of its own history. */
  events: number
  stop?: number
  ending?: Ending
}

/** What the outside must do. A task or timer is named once; `cancel` takes it back. */
export type Effect =
  | StartTask
  | { kind: 'timer'; id: string; at: number; purpose: TimerPurpose }
  | { kind: 'cancel'; id: string }
  | { kind: 'map-run'; run: MapRun }
  | { kind: 'child'; child: Child }
  | { kind: 'finished'; ending: Ending }

export interface StartTask {
  kind: 'task'
  id: string
  /** Names the task to SendTaskSuccess. */
  token: string
  resource: string
  parameters: Json
  state: string
  credentials?: JsonObject
  heartbeatSeconds?: number
}

/** What the outside reports. An event for a task that no longer is awaited changes nothing. */
export type Event =
  | { type: 'started' }
  | { type: 'task-scheduled'; id: string }
  | { type: 'task-started'; id: string; worker?: string }
  | { type: 'task-submitted'; id: string; output: Json }
  | { type: 'task-succeeded'; id: string; output: Json }
  | { type: 'task-failed'; id: string; error: string; cause?: string; phase?: 'start' | 'submit' | 'runtime' }
  | { type: 'task-heartbeat'; id: string }
  | { type: 'timer-fired'; id: string }
  /** UpdateMapRun; the id is the run's ARN. */
  | { type: 'map-run-updated'; id: string; maxConcurrency?: number; tolerated: Tolerated }
  | { type: 'stop-requested'; error?: string; cause?: string }

export interface Step {
  execution: Execution
  history: HistoryEvent[]
  effects: Effect[]
}
