import type { Cause } from '../../../engine/index.ts'
import type { Env, Principal } from '../../../gate/index.ts'
import type { Json, StartTask, TaskResource } from '../asl/index.ts'

export interface TaskIo {
  as: Principal
  env: Env
  cause: Cause
  account: string
  region: string
  execution: string
  /** Absent where a call is never repeated. */
  token?(label: string): string
}

/** What became of starting a task, or of looking at it again. */
export type Progress =
  | { done: Json }
  | { failed: { error: string; cause?: string; phase?: 'start' | 'submit' | 'runtime' } }
  /** The request was taken: what the history's TaskSubmitted says, and, of a `.sync` task, what to look at and its ARN. */
  | { submitted: Json; job?: Json; arn?: string }

export type Look = { done: Json } | { failed: { error: string; cause?: string } } | 'running'

export interface Integration {
  start(task: StartTask, resource: Extract<TaskResource, { kind: 'service' }>, io: TaskIo): Promise<Progress>
  look?(task: StartTask, job: Json, io: TaskIo): Promise<Look>
  /** The execution no longer waits: it was stopped, timed out, or a sibling failed. */
  abort?(task: StartTask, job: Json, io: TaskIo): Promise<void>
}
