import type { Principal } from '../../gate/index.ts'
import type { Json, StartTask } from './asl/index.ts'

/** A task under way: the state of its work. */
export interface TaskState {
  task: StartTask
  execution: string
  machine: string
  roleArn: string
  account: string
  region: string
  phase: 'scheduled' | 'running'
  /** What a `.sync` task waits for, once it runs. */
  job?: Json
  /** ARN of that job, whose events wake the task. */
  awaits?: string
  /** How often it has been looked at. */
  looks?: number
  /** Whose credentials are in use, and since when. */
  role?: { principal: Principal; since: number }
}
