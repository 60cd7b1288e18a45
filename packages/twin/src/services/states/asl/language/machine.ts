import type { Json, JsonObject } from './json.ts'

/** https://states-language.net/spec.html; the fields keep their names, so a definition is its own syntax tree. */
export type QueryLanguage = 'JSONPath' | 'JSONata'

export interface Program {
  StartAt: string
  States: Record<string, State>
  QueryLanguage?: QueryLanguage
}

export interface Machine extends Program {
  Comment?: string
  Version?: string
  TimeoutSeconds?: number
}

export interface Retrier {
  ErrorEquals: string[]
  IntervalSeconds?: number
  MaxAttempts?: number
  BackoffRate?: number
  MaxDelaySeconds?: number
  JitterStrategy?: 'FULL' | 'NONE'
}

export interface Catcher {
  ErrorEquals: string[]
  Next: string
  ResultPath?: string | null
  Output?: Json
  Assign?: JsonObject
}

interface Common {
  Comment?: string
  QueryLanguage?: QueryLanguage
  Next?: string
  End?: boolean
  InputPath?: string | null
  OutputPath?: string | null
  Output?: Json
  Assign?: JsonObject
}

interface Worked extends Common {
  Parameters?: Json
  Arguments?: Json
  ResultSelector?: JsonObject
  ResultPath?: string | null
  Retry?: Retrier[]
  Catch?: Catcher[]
}

export interface PassState extends Common {
  Type: 'Pass'
  Result?: Json
  Parameters?: Json
  ResultPath?: string | null
}

export interface TaskState extends Worked {
  Type: 'Task'
  Resource: string
  TimeoutSeconds?: number | string
  TimeoutSecondsPath?: string
  HeartbeatSeconds?: number | string
  HeartbeatSecondsPath?: string
  Credentials?: JsonObject
}

export interface ChoiceRule extends JsonObject {
  Next: string
}

export interface ChoiceState extends Common {
  Type: 'Choice'
  Choices: ChoiceRule[]
  Default?: string
}

export interface WaitState extends Common {
  Type: 'Wait'
  Seconds?: number | string
  SecondsPath?: string
  Timestamp?: string
  TimestampPath?: string
}

export interface SucceedState extends Common {
  Type: 'Succeed'
}

export interface FailState extends Common {
  Type: 'Fail'
  Error?: string
  ErrorPath?: string
  Cause?: string
  CausePath?: string
}

export interface ParallelState extends Worked {
  Type: 'Parallel'
  Branches: Program[]
}

export interface Processor extends Program {
  ProcessorConfig?: { Mode?: 'INLINE' | 'DISTRIBUTED'; ExecutionType?: 'STANDARD' | 'EXPRESS' }
}

export interface MapState extends Worked {
  Type: 'Map'
  ItemProcessor?: Processor
  Iterator?: Processor
  Items?: Json
  ItemsPath?: string
  ItemSelector?: Json
  MaxConcurrency?: number | string
  MaxConcurrencyPath?: string
  ToleratedFailureCount?: number | string
  ToleratedFailureCountPath?: string
  ToleratedFailurePercentage?: number | string
  ToleratedFailurePercentagePath?: string
  Label?: string
  ItemReader?: JsonObject
  ItemBatcher?: JsonObject
  ResultWriter?: JsonObject
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState
export type StateType = State['Type']

export const processorOf = (state: MapState): Processor => (state.ItemProcessor ?? state.Iterator) as Processor
export const isDistributed = (state: MapState): boolean => processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED'
