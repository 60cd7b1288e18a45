import { isAwsError } from '../../../engine/index.ts'
import type { Physical, StackResource } from '../model/index.ts'
import { type Compiler, desired, worldOf } from '../plan/index.ts'
import { customName, replaces } from '../registry/index.ts'
import { type Blueprint, type Json, sameJson } from '../template/index.ts'
import type { Task } from './operation-state.ts'
import { dropResource, launch, putResource, resourceEvent, type Step, shownId } from './step.ts'

/** Begins to make a resource what the template wants, or finds that it is so already. */
export function apply(step: Step, compiler: Compiler, plan: Blueprint, key: string, task: Task) {
  const id = task.logicalId
  const declared = plan.resources[id]
  if (declared === undefined) throw new Error(`no resource ${id} in the template`)
  const { state, at } = step
  const present = step.resources.get(id)
  const wanted: StackResource = {
    logicalId: id,
    type: declared.type,
    ...(present?.physical === undefined ? {} : { physical: present.physical }),
    status: present?.status ?? 'CREATE_IN_PROGRESS',
    updated: at,
    dependsOn: plan.edges[id] ?? [],
    deletionPolicy: declared.deletionPolicy,
    updateReplacePolicy: declared.updateReplacePolicy,
    ...(declared.metadata === undefined ? {} : { metadata: declared.metadata as Json }),
  }
  const verb = present?.physical === undefined ? 'CREATE' : 'UPDATE'
  const fail = (reason: string) => {
    task.status = 'failed'
    task.reason = reason
    putResource(step, { ...wanted, status: `${verb}_FAILED`, reason })
    resourceEvent(step, wanted, shownId(present?.physical), `${verb}_FAILED`, { reason })
  }
  let properties: Record<string, unknown>
  try {
    const scope = plan.scope(worldOf(step.read, state, name => step.resources.get(name)))
    const found = desired(plan, state.intent, id, scope)
    if (found.findings.length > 0) {
      return fail(`Properties validation failed for resource ${id} with message:\n${found.findings.join('\n')}`)
    }
    properties = found.properties
  } catch (error) {
    if (!isAwsError(error)) throw error
    return fail(error.message)
  }
  if (present?.physical === undefined) {
    putResource(step, { ...wanted, status: 'CREATE_IN_PROGRESS' })
    resourceEvent(step, wanted, '', 'CREATE_IN_PROGRESS', { properties })
    return launch(step, key, task, wanted, { kind: 'create', properties }, false)
  }
  change(step, compiler, key, task, wanted, present.physical, properties, fail)
}

function change(
  step: Step,
  compiler: Compiler,
  key: string,
  task: Task,
  wanted: StackResource,
  physical: Physical,
  properties: Record<string, unknown>,
  fail: (reason: string) => void,
) {
  const before = physical.properties
  const changed = [...new Set([...Object.keys(before), ...Object.keys(properties)])].filter(
    name => !sameJson(before[name], properties[name]),
  )
  if (changed.length === 0) {
    task.status = 'done'
    return putResource(step, wanted)
  }
  const updatable = compiler.registry.get(wanted.type)?.update !== undefined
  const anew = changed.some(name => replaces(wanted.type, name, before[name], properties[name], updatable) === 'yes')
  if (!anew) {
    step.state.attempted[task.logicalId] = properties
    putResource(step, { ...wanted, status: 'UPDATE_IN_PROGRESS' })
    resourceEvent(step, wanted, physical.id, 'UPDATE_IN_PROGRESS', { properties })
    return launch(step, key, task, wanted, { kind: 'update', physical, properties }, false)
  }
  const name = customName(wanted.type, properties)
  if (name !== undefined && name === customName(wanted.type, before)) {
    return fail(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
    )
  }
  putResource(step, { ...wanted, status: 'UPDATE_IN_PROGRESS' })
  resourceEvent(step, wanted, physical.id, 'UPDATE_IN_PROGRESS', {
    reason: 'Requested update requires the creation of a new physical resource; hence creating one.',
    properties,
  })
  launch(step, key, task, wanted, { kind: 'create', properties, replaces: physical }, false)
}

/** Puts a resource back to what it was before the update; what was replaced is pointed to again. */
export function restore(step: Step, key: string, task: Task) {
  const former = step.state.before[task.logicalId]
  const now = step.resources.get(task.logicalId)
  const attempted = step.state.attempted[task.logicalId]
  if (former?.physical === undefined) throw new Error(`no former ${task.logicalId}`)
  const moved = now !== undefined && shownId(now.physical) !== former.physical.id
  const applied = moved ? former.physical.properties : (attempted ?? now?.physical?.properties ?? {})
  if (!moved && sameJson(applied, former.physical.properties)) {
    task.status = 'done'
    if (now?.status !== former.status) putResource(step, { ...former, updated: step.at })
    return
  }
  resourceEvent(step, former, former.physical.id, 'UPDATE_IN_PROGRESS', { properties: former.physical.properties })
  if (moved) {
    task.status = 'done'
    if (now?.physical !== undefined) step.state.made.push({ logicalId: task.logicalId, physical: now.physical })
    putResource(step, { ...former, status: 'UPDATE_COMPLETE', updated: step.at })
    return resourceEvent(step, former, former.physical.id, 'UPDATE_COMPLETE')
  }
  putResource(step, { ...former, status: 'UPDATE_IN_PROGRESS', updated: step.at })
  const physical = { ...former.physical, properties: applied }
  launch(
    step,
    key,
    task,
    former,
    { kind: 'update', physical, properties: former.physical.properties, restores: true },
    false,
  )
}

/** Deletes something physical, or lets it be where its policy says so. */
export function remove(step: Step, key: string, task: Task, forget: boolean) {
  const victim = task.victim
  if (victim === undefined) throw new Error(`nothing to remove of ${task.logicalId}`)
  const record = step.resources.get(task.logicalId)
  const current = record?.physical?.id === victim.physical.id
  const named = { logicalId: task.logicalId, type: victim.type }
  if (victim.retain) {
    task.status = 'done'
    resourceEvent(step, named, victim.physical.id, 'DELETE_SKIPPED')
    if (current && record !== undefined) {
      if (forget) dropResource(step, task.logicalId)
      else putResource(step, { ...record, status: 'DELETE_SKIPPED', updated: step.at })
    }
    return
  }
  if (current && record !== undefined) putResource(step, { ...record, status: 'DELETE_IN_PROGRESS', updated: step.at })
  resourceEvent(step, named, victim.physical.id, 'DELETE_IN_PROGRESS')
  const stand: StackResource = record ?? {
    ...named,
    status: 'DELETE_IN_PROGRESS',
    updated: step.at,
    dependsOn: [],
    deletionPolicy: 'Delete',
    updateReplacePolicy: 'Delete',
  }
  launch(step, key, task, { ...stand, type: victim.type }, { kind: 'delete', physical: victim.physical }, forget)
}
