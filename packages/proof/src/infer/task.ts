import { type Access, type Grantee, grant, type Row, rolePrincipal } from '@tripoint/pipeline'
import { member } from '../template/value.ts'
import { text } from './field.ts'
import type { Line } from './line.ts'
import type { Machine, State } from './machine.ts'
import { ownerOf, roleOf } from './principal.ts'

export interface Task {
  readonly state: State
  readonly machine: Machine
  readonly line: Line
  /** the step of the pipeline that runs the machine, or the machine's name */
  readonly step: string
  /** what its executions are called, where a pipeline's action says so: `churn-train-*` */
  readonly executions: string
  /** `.sync`, `.waitForTaskToken` or nothing */
  readonly wait: string
}

/** `sagemaker:createTrainingJob` and `.sync` of a task's `Resource`; a function's ARN is `lambda:invoke` in the old form. */
export function integrationOf(resource: string): { readonly call: string; readonly wait: string } | undefined {
  if (/^arn:[\w-]{1,20}:lambda:/.test(resource)) return { call: 'lambda:function', wait: '' }
  const [, call, wait] =
    /^arn:[\w-]{1,20}:states:[^:]{0,40}:[^:]{0,40}:(?:aws-sdk:)?(\w{1,60}:\w{1,80})(\.\w{1,20})?(?::\d)?$/.exec(
      resource,
    ) ?? []
  return call === undefined ? undefined : { call, wait: wait ?? '' }
}

export const workerOf = ({ machine, step }: Pick<Task, 'machine' | 'step'>): Grantee => ({
  stage: machine.logicalId.toLowerCase(),
  who: 'workflow-role',
  hop: 'train',
  step,
  principal: rolePrincipal(roleOf(machine.role, 'workflow'), ownerOf(machine.role, machine.account)),
})

/** What the machine needs of something of its own. */
export function own(task: Task, label: string, arn: string, rows: readonly Row[]): Access[] {
  if (arn === '') return []
  const to = workerOf(task)
  return grant(
    to,
    { label: `${label}:${arn}`, arn, account: ownerOf(arn, to.principal.account), sides: ['identity'] },
    rows,
  )
}

/** A parameter that is known here; one of a path or an expression is any. */
export const said = ({ state }: Task, name: string): string => {
  const value = text(member(state.parameters, name))
  return value?.startsWith('{%') ? '' : (value ?? '')
}

export const sagemaker = (task: Task, kind: string, name: string): string => {
  const { region, account } = task.machine
  return `arn:aws:sagemaker:${region}:${account}:${kind}/${namePattern(task, name).toLowerCase()}`
}

/**
 * What a resource will be called: as it is written, or like the execution where it takes the execution's name.
 * Anything else is not known before it runs.
 */
export function namePattern({ state, executions }: Pick<Task, 'state' | 'executions'>, name: string): string {
  const plain = text(member(state.parameters, name))
  if (plain !== undefined && !plain.startsWith('{%')) return plain
  const path = text(member(state.parameters, `${name}.$`)) ?? plain
  return path !== undefined && /^(\{%\s{0,9})?\$(\$|states\.context)\.Execution\.Name(\s{0,9}%\})?$/.test(path)
    ? executions
    : '*'
}
