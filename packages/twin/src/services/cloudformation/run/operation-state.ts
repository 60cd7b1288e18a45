import type { Principal } from '../../../gate/index.ts'
import type { Intent, Output, Physical, StackResource } from '../model/index.ts'

/** One thing to be done to one resource. */
export type Job =
  | { kind: 'create'; properties: Record<string, unknown>; replaces?: Physical }
  | { kind: 'update'; physical: Physical; properties: Record<string, unknown>; restores?: boolean }
  | { kind: 'delete'; physical: Physical }

/** A resource in a phase: applied to what the template wants, put back, or removed. */
export interface Task {
  logicalId: string
  what: 'apply' | 'restore' | 'remove'
  /** Keys of the tasks that must be done first. */
  needs: string[]
  status: 'waiting' | 'running' | 'done' | 'failed'
  reason?: string
  /** Of `remove`. */
  victim?: Victim
}

/** Something physical that is to go, whatever its logical id stands for by then. */
export interface Victim {
  type: string
  physical: Physical
  dependsOn: string[]
  retain: boolean
}

export interface Operation {
  account: string
  region: string
  uuid: string
  /** Of this operation: a part of its resources' names and tokens. */
  id: string
  kind: 'create' | 'update' | 'delete'
  phase: 'forward' | 'cleanup' | 'rollback' | 'rollback-cleanup' | 'delete'
  /** Whose permissions are used: the service role, or else the caller by forward access. */
  actor: Principal
  /** What the stack is to become, and what it was. */
  intent: Intent
  former?: Intent & { outputs: Output[]; description?: string }
  before: Record<string, StackResource>
  tasks: Record<string, Task>
  /** Properties of updates that were begun: what a rollback finds, if they failed half way. */
  attempted: Record<string, Record<string, unknown>>
  /** Made by creations that failed half way. */
  leftovers: { logicalId: string; physical: Physical }[]
  /** Successors that a rollback has put out of use. */
  made: { logicalId: string; physical: Physical }[]
  /** Counts the resources' works, which need distinct names. */
  count: number
  keep: string[]
  /** A user's wish that came meanwhile. */
  wish?: 'cancel' | 'delete'
  /** Why it cannot be done, found before any resource was touched. */
  problem?: string
  changeSet?: string
  deadline?: number
}

export const operationWork = (uuid: string) => `cloudformation/stack/${uuid}`

/** What a resource's work tells its operation. */
export interface Finished {
  task: string
  reason?: string
  /** Left by a creation that failed. */
  leftover?: Physical
}
