import { type Access, grant, stateMachineRoleAccesses } from '@tripoint/pipeline'
import type { Need } from '../needs/need.ts'
import { INTEGRATIONS } from './integration.ts'
import { type Line, machineRun } from './line.ts'
import type { Machine } from './machine.ts'
import { needAt } from './need-at.ts'
import { type Action, setting } from './pipeline.ts'
import { isRole, ownerOf, roleOf } from './principal.ts'
import { integrationOf, type Task, workerOf } from './task.ts'
import { outputKey } from './training-job.ts'
import { withUploadHeaders } from './upload-headers.ts'

/** The action that runs a machine, with what it says of the executions' names. */
function runnerOf(machine: Machine, line: Line): { readonly action: Action; readonly executions: string } | undefined {
  for (const pipeline of line.pipelines)
    for (const action of pipeline.actions) {
      if (machineRun(action, pipeline, line) !== machine) continue
      const prefix = setting(action, 'ExecutionNamePrefix')
      return { action, executions: prefix === undefined ? '*' : `${prefix}-*` }
    }
  return undefined
}

export function tasksOf(machine: Machine, line: Line): Task[] {
  const runner = runnerOf(machine, line)
  return machine.states.flatMap(state => {
    const integration = state.resource === undefined ? undefined : integrationOf(state.resource)
    if (state.type !== 'Task' || integration === undefined) return []
    const step = runner?.action.step ?? machine.name
    return [{ state, machine, line, step, executions: runner?.executions ?? '*', wait: integration.wait }]
  })
}

export function machineNeeds(machine: Machine, line: Line): Need[] {
  if (!isRole(machine.role)) return []
  const tasks = tasksOf(machine, line)
  const deploying = line.deployed.find(each => each.stack.name === machine.stack)?.action.step ?? machine.name
  const managed = new Set(
    tasks.flatMap(({ state, wait }) => {
      const call = integrationOf(state.resource ?? '')?.call ?? ''
      const rule = Object.hasOwn(INTEGRATIONS, call) ? INTEGRATIONS[call]?.rule : undefined
      return rule !== undefined && wait === '.sync' ? [rule] : []
    }),
  )
  const role = stateMachineRoleAccesses(
    { region: machine.region },
    {
      id: machine.logicalId.toLowerCase(),
      account: machine.account,
      steps: { workflow: deploying, run: deploying },
      workflowRole: roleOf(machine.role, 'workflow'),
    },
  )
  return [
    ...role
      .flatMap(access => (access.action.startsWith('events:') ? forRules(access, managed) : [access]))
      .map(needAt(machine.spot)),
    ...tasks.flatMap(task =>
      taskNeeds(task)
        .map(needAt(task.state.spot))
        .map(withUploadHeaders(outputKey(task))),
    ),
  ]
}

const forRules = (access: Access, rules: ReadonlySet<string>): Access[] =>
  [...rules].map(rule => ({
    ...access,
    id: `${access.id}:${rule}`,
    resource: `${access.resource.slice(0, access.resource.lastIndexOf('/') + 1)}${rule}`,
  }))

function taskNeeds(task: Task): readonly Access[] {
  const resource = task.state.resource ?? ''
  const { call } = integrationOf(resource) ?? { call: '' }
  if (call !== 'lambda:function') return Object.hasOwn(INTEGRATIONS, call) ? INTEGRATIONS[call]!.needs(task) : []
  const to = workerOf(task)
  return grant(
    to,
    { label: 'function', arn: resource, account: ownerOf(resource, task.machine.account), sides: ['identity'] },
    [
      [
        'lambda:InvokeFunction',
        'the task invokes the function',
        'https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html',
      ],
    ],
  )
}
