import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation'
import type { Cause, Reader, Tx } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import {
  addEvent,
  type Physical,
  putStack,
  type Stack,
  type StackResource,
  stackKey,
  stackResources,
  stacks,
} from '../model/index.ts'
import type { Job, Operation, Task } from './operation-state.ts'
import { type ResourceState, resourceKind } from './resource-work.ts'

/** One step of a stack operation as it is being put together: a new state, and what is committed with it. */
export interface Step {
  env: Env
  read: Reader
  at: number
  cause: Cause
  state: Operation
  /** The stack's resources as they will be. */
  resources: Map<string, StackResource>
  effects: ((tx: Tx) => void)[]
  done: boolean
}

export const stackOf = ({ read, state }: Pick<Step, 'read' | 'state'>): Stack => {
  const stack = stacks.get(read, ...stackKey(state))
  if (stack === undefined) throw new Error(`no stack ${state.uuid}`)
  return stack
}

export function resourceEvent(
  step: Step,
  record: Pick<StackResource, 'logicalId' | 'type'>,
  physicalId: string,
  status: ResourceStatus,
  more: { reason?: string; properties?: unknown } = {},
) {
  const at = step.at
  step.effects.push(tx =>
    addEvent(tx, step.state, {
      id: `${record.logicalId}-${status}-${new Date(at).toISOString()}`,
      logicalId: record.logicalId,
      physicalId,
      type: record.type,
      status,
      at,
      ...(more.reason === undefined ? {} : { reason: more.reason }),
      ...(more.properties === undefined ? {} : { properties: JSON.stringify(more.properties) }),
    }),
  )
}

export function putResource(step: Step, record: StackResource) {
  step.resources.set(record.logicalId, record)
  step.effects.push(tx => void stackResources.put(tx, [...stackKey(step.state), record.logicalId], record))
}

export function dropResource(step: Step, logicalId: string) {
  step.resources.delete(logicalId)
  step.effects.push(tx => stackResources.delete(tx, ...stackKey(step.state), logicalId))
}

/** Sets the stack's status, with the event that says so. */
export function setStatus(step: Step, status: StackStatus, reason?: string, change: Partial<Stack> = {}) {
  const at = step.at
  step.effects.push(tx => {
    const stack = stacks.get(tx, ...stackKey(step.state))
    if (stack === undefined) return
    const { reason: _, ...bare } = stack
    putStack(tx, { ...bare, ...change, status, ...(reason === undefined ? {} : { reason }) })
    addEvent(tx, stack, stackEvent(step.env, stack, status, at, reason))
  })
}

export const stackEvent = (env: Env, stack: Stack, status: StackStatus, at: number, reason?: string) => ({
  id: env.ids.uuid(),
  logicalId: stack.name,
  physicalId: stack.id,
  type: 'AWS::CloudFormation::Stack',
  status,
  at,
  ...(reason === undefined ? {} : { reason }),
})

/** Hands a resource to a work of its own, which reports back by a signal. */
export function launch(step: Step, key: string, task: Task, record: StackResource, job: Job, forget: boolean) {
  const { state } = step
  task.status = 'running'
  const id = `cloudformation/resource/${state.uuid}/${state.id}/${++state.count}`
  const stackName = stackOf(step).name
  const work: ResourceState = {
    account: state.account,
    region: state.region,
    uuid: state.uuid,
    stackName,
    logicalId: task.logicalId,
    type: record.type,
    task: key,
    job,
    actor: state.actor,
    forget,
  }
  step.effects.push(tx => step.env.works.start(tx, { id, kind: resourceKind, state: work, cause: step.cause }))
}

export const shownId = (physical: Physical | undefined) => physical?.id ?? ''
