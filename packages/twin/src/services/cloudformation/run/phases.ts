import { isAwsError } from '../../../engine/index.ts'
import { exportProblem, type Output, type Stack, type StackResource } from '../model/index.ts'
import { outputsOf, worldOf } from '../plan/index.ts'
import { type Blueprint, importedNames } from '../template/index.ts'
import { conclude, forgetExports, keepUnfinished, publish } from './conclusion.ts'
import type { Operation, Task, Victim } from './operation-state.ts'
import { dropResource, type Step, setStatus, stackOf } from './step.ts'
import { failures, removeTasks, restoreTasks } from './tasks.ts'

type Phase = Operation['phase']

/** What follows when a phase has nothing left to do. */
export const endOfPhase = (step: Step, blueprint: () => Blueprint) => ends[step.state.phase](step, blueprint)

const ends: Record<Phase, (step: Step, blueprint: () => Blueprint) => void> = {
  forward(step, blueprint) {
    const problem = forwardProblem(step.state)
    if (problem !== undefined) return failed(step, problem)
    const plan = blueprint()
    let outputs: Output[]
    try {
      outputs = outputsOf(plan, plan.scope(worldOf(step.read, step.state, id => step.resources.get(id))))
    } catch (error) {
      if (!isAwsError(error)) throw error
      return failed(step, error.message)
    }
    const exports = exportsOf(outputs)
    const conflict = exportProblem(step.read, stackOf(step), exports)
    if (conflict !== undefined) return failed(step, conflict)
    const change = { outputs, updated: step.at }
    publish(step, exports, importedNames(plan))
    if (step.state.kind === 'create') {
      setStatus(step, 'CREATE_COMPLETE', undefined, { outputs })
      return conclude(step, true)
    }
    setStatus(step, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined, change)
    enter(step, 'cleanup', removeTasks(superseded(step)))
  },
  cleanup(step) {
    // What could not be removed stays behind without a name, as on AWS.
    setStatus(step, 'UPDATE_COMPLETE')
    conclude(step, true)
  },
  rollback(step) {
    const broken = failures(step.state.tasks).map(({ logicalId }) => logicalId)
    if (broken.length > 0) {
      setStatus(step, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${broken.join(', ')}]. `)
      keepUnfinished(step)
      return conclude(step, false)
    }
    const { former } = step.state
    setStatus(step, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', undefined, former)
    for (const record of [...step.resources.values()]) {
      if (record.physical === undefined) dropResource(step, record.logicalId)
    }
    enter(step, 'rollback-cleanup', removeTasks(additions(step)))
  },
  'rollback-cleanup'(step) {
    if (step.state.kind === 'create') return createdAndUndone(step)
    setStatus(step, 'UPDATE_ROLLBACK_COMPLETE')
    conclude(step, false)
  },
  delete(step) {
    const broken = failures(step.state.tasks).map(({ logicalId }) => logicalId)
    if (broken.length > 0) {
      setStatus(step, 'DELETE_FAILED', `The following resource(s) failed to delete: [${broken.join(', ')}]. `)
      return conclude(step, false)
    }
    setStatus(step, 'DELETE_COMPLETE', undefined, { deleted: step.at })
    forgetExports(step)
    conclude(step, true)
  },
}

const exportsOf = (outputs: readonly Output[]) =>
  Object.fromEntries(
    outputs.flatMap(({ exportName, value }) => (exportName === undefined ? [] : [[exportName, value]])),
  )

function createdAndUndone(step: Step) {
  const broken = failures(step.state.tasks).map(({ logicalId }) => logicalId)
  if (broken.length > 0)
    setStatus(step, 'ROLLBACK_FAILED', `The following resource(s) failed to delete: [${broken.join(', ')}]. `)
  else setStatus(step, 'ROLLBACK_COMPLETE')
  conclude(step, false)
}

function enter(step: Step, phase: Phase, tasks: Record<string, Task>) {
  step.state.phase = phase
  step.state.tasks = tasks
  delete step.state.deadline
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
function forwardProblem(state: Operation): string | undefined {
  if (state.wish !== undefined) return 'User Initiated'
  if (state.problem !== undefined) return state.problem
  const broken = failures(state.tasks).map(({ logicalId }) => logicalId)
  if (broken.length === 0) return undefined
  const made = broken.filter(id => state.before[id]?.physical === undefined)
  const changed = broken.filter(id => !made.includes(id))
  return [
    ...(made.length === 0 ? [] : [`The following resource(s) failed to create: [${made.join(', ')}]. `]),
    ...(changed.length === 0 ? [] : [`The following resource(s) failed to update: [${changed.join(', ')}]. `]),
  ].join('')
}

function failed(step: Step, problem: string) {
  const { state } = step
  const stack = stackOf(step)
  if (state.wish === 'delete') return beginDelete(step, problem)
  if (state.kind === 'create') return failedCreation(step, stack, problem)
  if (stack.disableRollback) {
    setStatus(step, 'UPDATE_FAILED', problem)
    return conclude(step, false)
  }
  setStatus(step, 'UPDATE_ROLLBACK_IN_PROGRESS', problem)
  enter(step, 'rollback', restoring(step.state, []))
}

/** Everything that was there before the update. */
export const restoring = (state: Operation, skip: readonly string[]) =>
  restoreTasks(
    Object.values(state.before).filter(
      ({ physical, logicalId }) => physical !== undefined && !skip.includes(logicalId),
    ),
  )

function failedCreation(step: Step, stack: Stack, problem: string) {
  if (stack.onFailure === 'DO_NOTHING' || stack.disableRollback) {
    setStatus(step, 'CREATE_FAILED', problem)
    return conclude(step, false)
  }
  if (stack.onFailure === 'DELETE') return beginDelete(step, `${problem}Delete requested by user.`)
  const asked =
    problem === 'User Initiated' ? problem : `${problem.replace(/[.\s]*$/, '. ')}Rollback requested by user.`
  setStatus(step, 'ROLLBACK_IN_PROGRESS', asked)
  enter(step, 'rollback-cleanup', removeTasks(present(step, stack.retainExceptOnCreate ? 'always' : 'created')))
}

function beginDelete(step: Step, reason: string) {
  setStatus(step, 'DELETE_IN_PROGRESS', reason)
  enter(step, 'delete', removeTasks(present(step, 'existing')))
}

type Occasion = 'created' | 'existing' | 'always'

/** RetainExceptOnCreate keeps what has once been created with its stack, and nothing of a creation that failed. */
const retains = (record: StackResource, occasion: Occasion, keep: readonly string[]) =>
  keep.includes(record.logicalId) ||
  (record.deletionPolicy === 'Retain' && occasion !== 'always') ||
  (record.deletionPolicy === 'RetainExceptOnCreate' && occasion === 'existing')

const gone = ['DELETE_COMPLETE', 'DELETE_SKIPPED']

export function present(
  { resources, state }: Pick<Step, 'resources'> & { state: Pick<Operation, 'keep'> },
  occasion: Occasion,
): { logicalId: string; victim: Victim }[] {
  return [...resources.values()].flatMap(record =>
    record.physical === undefined || gone.includes(record.status)
      ? []
      : [
          {
            logicalId: record.logicalId,
            victim: {
              type: record.type,
              physical: record.physical,
              dependsOn: record.dependsOn,
              retain: retains(record, occasion, state.keep),
            },
          },
        ],
  )
}

/** What an update left without use: resources that the template no longer names, and those that were replaced. */
function superseded(step: Step): { logicalId: string; victim: Victim }[] {
  return Object.values(step.state.before).flatMap(former => {
    const now = step.resources.get(former.logicalId)
    const named = step.state.tasks[former.logicalId] !== undefined
    const { physical } = former
    if (physical === undefined || (named && now?.physical?.id === physical.id)) return []
    const retain = named ? former.updateReplacePolicy === 'Retain' : retains(former, 'existing', [])
    return [
      { logicalId: former.logicalId, victim: { type: former.type, physical, dependsOn: former.dependsOn, retain } },
    ]
  })
}

/** What a failed update made and its rollback no longer needs. */
function additions(step: Step): { logicalId: string; victim: Victim }[] {
  const { before, made, leftovers } = step.state
  const victim = (type: string, physical: Victim['physical'], dependsOn: string[]): Victim => ({
    type,
    physical,
    dependsOn,
    retain: false,
  })
  const fresh = [...step.resources.values()].flatMap(({ logicalId, type, physical, dependsOn }) =>
    before[logicalId]?.physical !== undefined || physical === undefined
      ? []
      : [{ logicalId, victim: victim(type, physical, dependsOn) }],
  )
  const successors = made.map(({ logicalId, physical }) => {
    const type = before[logicalId]?.type ?? ''
    return { logicalId, victim: victim(type, physical, before[logicalId]?.dependsOn ?? []) }
  })
  const halves = leftovers
    .filter(({ logicalId }) => before[logicalId]?.physical !== undefined)
    .map(({ logicalId, physical }) => ({ logicalId, victim: victim(before[logicalId]?.type ?? '', physical, []) }))
  return [...fresh, ...successors, ...halves]
}
