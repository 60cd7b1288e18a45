import { because, type Cause, type Tx } from '../../../engine/index.ts'
import type { Env, Principal } from '../../../gate/index.ts'
import { addEvent, type Intent, putStack, resourcesOf, type Stack, stackKey } from '../model/index.ts'
import { type Blueprint, defaultOf, isNoEcho } from '../template/index.ts'
import { unfinished } from './conclusion.ts'
import { type Operation, operationWork } from './operation-state.ts'
import { present, restoring } from './phases.ts'
import { stackKind } from './stack-work.ts'
import { stackEvent } from './step.ts'
import { applyTasks, removeTasks } from './tasks.ts'

interface Beginning {
  tx: Tx
  env: Env
  cause: Cause
  at: number
  actor: Principal
}

const operation = (begin: Beginning, stack: Stack, kind: Operation['kind'], intent: Intent): Operation => ({
  account: stack.account,
  region: stack.region,
  uuid: stack.uuid,
  id: begin.env.ids.uuid(),
  kind,
  phase: kind === 'delete' ? 'delete' : 'forward',
  actor: begin.actor,
  intent,
  before: Object.fromEntries(resourcesOf(begin.tx, stack).map(record => [record.logicalId, record])),
  tasks: {},
  attempted: {},
  leftovers: [],
  made: [],
  count: 0,
  keep: [],
})

function begin({ tx, env, cause, at }: Beginning, stack: Stack, state: Operation): Stack {
  putStack(tx, stack)
  addEvent(tx, stack, stackEvent(env, stack, stack.status, at, 'User Initiated'))
  env.works.start(tx, {
    id: operationWork(stack.uuid),
    kind: stackKind,
    state,
    cause: because(cause, { kind: 'stack', id: stack.id, name: stack.name }),
  })
  return stack
}

const intentOf = ({ template, parameters, tags, capabilities, notificationArns }: Intent): Intent => ({
  template,
  parameters,
  tags,
  capabilities,
  notificationArns,
})

/** A rollback shows what was before as well. */
function hiding({ hidden = [] }: Stack, { parameters }: Intent, { template }: Blueprint): Pick<Stack, 'hidden'> {
  const secret = Object.entries(template.parameters).filter(([, declaration]) => isNoEcho(declaration))
  const values = secret.flatMap(([name, declaration]) => parameters[name] ?? defaultOf(declaration) ?? [])
  const all = new Set([...hidden, ...values.filter(value => value !== '')])
  return all.size === 0 ? {} : { hidden: [...all] }
}

export function beginCreate(beginning: Beginning, stack: Stack, plan: Blueprint, changeSet?: string): Stack {
  const state = operation(beginning, stack, 'create', intentOf(stack))
  const { timeoutMinutes } = stack
  return begin(
    beginning,
    { ...stack, ...hiding(stack, stack, plan), status: 'CREATE_IN_PROGRESS' },
    {
      ...state,
      tasks: applyTasks(plan),
      ...(changeSet === undefined ? {} : { changeSet }),
      ...(timeoutMinutes === undefined ? {} : { deadline: beginning.at + timeoutMinutes * 60_000 }),
    },
  )
}

/** The stack takes on the new template and parameters at once; a rollback gives it the former ones back. */
export function beginUpdate(
  beginning: Beginning,
  stack: Stack,
  change: Partial<Stack> & Intent,
  plan: Blueprint,
  changeSet?: string,
): Stack {
  const { description } = plan.template
  const { reason: _, description: former, ...bare } = stack
  const next: Stack = {
    ...bare,
    ...change,
    ...hiding(stack, change, plan),
    ...(description === undefined ? {} : { description }),
    status: 'UPDATE_IN_PROGRESS',
    updated: beginning.at,
  }
  const state = operation(beginning, stack, 'update', intentOf(change))
  return begin(beginning, next, {
    ...state,
    former: { ...intentOf(stack), outputs: stack.outputs, ...(former === undefined ? {} : { description: former }) },
    tasks: applyTasks(plan),
    ...(changeSet === undefined ? {} : { changeSet }),
  })
}

export function beginDeletion(beginning: Beginning, stack: Stack, keep: string[]): Stack {
  const { reason: _, ...bare } = stack
  const state = operation(beginning, stack, 'delete', intentOf(stack))
  const resources = new Map(Object.entries(state.before))
  const tasks = removeTasks(present({ resources, state: { ...state, keep } }, 'existing'))
  return begin(beginning, { ...bare, status: 'DELETE_IN_PROGRESS' }, { ...state, keep, tasks })
}

export function continueRollback(beginning: Beginning, stack: Stack, skip: readonly string[]): Stack | undefined {
  const left = unfinished.get(beginning.tx, ...stackKey(stack))
  if (left === undefined) return undefined
  unfinished.delete(beginning.tx, ...stackKey(stack))
  const { reason: _, ...bare } = stack
  return begin(
    beginning,
    { ...bare, status: 'UPDATE_ROLLBACK_IN_PROGRESS' },
    {
      ...left,
      id: beginning.env.ids.uuid(),
      actor: beginning.actor,
      phase: 'rollback',
      tasks: restoring(left, skip),
    },
  )
}
