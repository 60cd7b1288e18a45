import { isAwsError, type Tx, unwritable, type Work, type WorkIo, type WorkKind } from '../../../engine/index.ts'
import type { Env, Principal, Resource, ResourceType } from '../../../gate/index.ts'
import { addEvent, type Physical, type StackResource, stackKey, stackResources } from '../model/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Json } from '../template/index.ts'
import { handlerReason } from './failure.ts'
import { type Finished, type Job, operationWork } from './operation-state.ts'
import { resourceIo } from './resource-io.ts'

export interface ResourceState {
  account: string
  region: string
  uuid: string
  stackName: string
  logicalId: string
  type: string
  task: string
  job: Job
  actor: Principal
  /** A rollback's or an update's removal: nothing of the stack's name for it is left afterwards. */
  forget: boolean
}

export const resourceKind = 'cloudformation/resource'

type Result = { physical: Physical | undefined } | { reason: string; leftover?: Physical }

const physicalOf = (resource: Resource, properties: Record<string, unknown>): Physical => ({
  id: resource.physicalId,
  ref: resource.ref ?? resource.physicalId,
  attributes: Object.fromEntries(
    Object.entries(resource.attributes).filter(([, value]) => value !== undefined),
  ) as Record<string, Json>,
  properties,
})

const half = (id: string, properties: Record<string, unknown>): Physical => ({
  id,
  ref: id,
  attributes: {},
  properties,
})

type Handlers = {
  [Kind in Job['kind']]: (
    type: ResourceType,
    job: Extract<Job, { kind: Kind }>,
    io: Parameters<ResourceType['create']>[1],
  ) => Promise<Physical | undefined>
}

const handlers: Handlers = {
  create: async (type, { properties }, io) => physicalOf(await type.create(properties, io), properties),
  async update(type, { physical, properties }, io) {
    if (type.update === undefined) throw new Error(`${type.type} cannot be updated`)
    return physicalOf(await type.update(physical.id, properties, physical.properties, io), properties)
  },
  async delete(type, { physical }, io) {
    await type.delete(physical.id, physical.properties, io)
    return undefined
  },
}

/** One resource, created, updated or deleted through its service, as durable work of its own. */
export const resourceWork = (registry: Registry): WorkKind<ResourceState, Env> => ({
  kind: resourceKind,
  async step(work, io, env) {
    const { state } = work
    const result = await attempt(registry, work, io, env)
    const at = env.clock.now()
    return { state, next: { when: 'done' }, commit: tx => conclude(tx, env, state, result, at) }
  },
})

async function attempt(registry: Registry, work: Work<ResourceState>, io: WorkIo, env: Env): Promise<Result> {
  const { state } = work
  const type = registry.get(state.type)
  const resource = resourceIo(env, state, state.actor, { id: work.id, cause: work.cause, token: io.token })
  try {
    if (type === undefined) throw new Error(`${state.type} is not known any more`)
    const handler = handlers[state.job.kind] as (
      type: ResourceType,
      job: Job,
      io: typeof resource,
    ) => Promise<Physical | undefined>
    return { physical: await handler(type, state.job, resource) }
  } catch (error) {
    if (unwritable(error, env.directory) !== undefined) throw error
    if (!isAwsError(error)) env.log(`${state.type} ${state.logicalId}: ${error instanceof Error ? error.stack : error}`)
    const reason = handlerReason(error, resource.service(), env.ids.uuid())
    const left = resource.leftover()
    return left === undefined || state.job.kind !== 'create'
      ? { reason }
      : { reason, leftover: half(left, state.job.properties) }
  }
}

const verbs = { create: 'CREATE', update: 'UPDATE', delete: 'DELETE' } as const

function conclude(tx: Tx, env: Env, state: ResourceState, result: Result, at: number) {
  const { job } = state
  const key = [...stackKey(state), state.logicalId]
  const record = stackResources.get(tx, ...key)
  // A replacement is an update of the stack's resource, although its handler creates.
  const verb = job.kind === 'create' && job.replaces !== undefined ? 'UPDATE' : verbs[job.kind]
  const failed = 'reason' in result
  const physical = failed ? undefined : result.physical
  const shown = physical?.id ?? (job.kind === 'create' ? (failed ? (result.leftover?.id ?? '') : '') : job.physical.id)
  const event = (status: string, reason?: string) =>
    addEvent(tx, state, {
      id: `${state.logicalId}-${status}-${new Date(at).toISOString()}`,
      logicalId: state.logicalId,
      physicalId: shown,
      type: state.type,
      status,
      at,
      ...(reason === undefined ? {} : { reason }),
      ...(job.kind === 'delete' ? {} : { properties: JSON.stringify(job.properties) }),
    })
  if (job.kind === 'create' && shown !== '') event(`${verb}_IN_PROGRESS`, 'Resource creation Initiated')
  event(`${verb}_${failed ? 'FAILED' : 'COMPLETE'}`, failed ? result.reason : undefined)
  if (record !== undefined) settle(tx, key, record, state, result, at, verb)
  const finished: Finished = {
    task: state.task,
    ...(failed
      ? { reason: result.reason, ...(result.leftover === undefined ? {} : { leftover: result.leftover }) }
      : {}),
  }
  env.works.signal(tx, operationWork(state.uuid), { name: 'finished', data: finished })
}

function settle(
  tx: Tx,
  key: (string | number)[],
  record: StackResource,
  state: ResourceState,
  result: Result,
  at: number,
  verb: string,
) {
  const { job } = state
  const { reason: _, ...bare } = record
  if ('reason' in result) {
    const made = job.kind === 'create' && job.replaces === undefined ? result.leftover : undefined
    stackResources.put(tx, key, {
      ...bare,
      ...(made === undefined ? {} : { physical: made }),
      status: `${verb}_FAILED` as StackResource['status'],
      reason: result.reason,
      updated: at,
    })
    return
  }
  if (job.kind !== 'delete') {
    const physical = result.physical as Physical
    stackResources.put(tx, key, {
      ...bare,
      physical,
      status: `${verb}_COMPLETE` as StackResource['status'],
      updated: at,
    })
    return
  }
  // The name may stand for another resource by now: a replaced one is cleaned up after its successor is there.
  if (record.physical?.id !== job.physical.id) return
  if (state.forget) stackResources.delete(tx, ...key)
  else stackResources.put(tx, key, { ...bare, status: 'DELETE_COMPLETE', updated: at })
}
