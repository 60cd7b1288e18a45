import type { WorkKind } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import { findExport, resourcesOf } from '../model/index.ts'
import type { Compiler } from '../plan/index.ts'
import { type Blueprint, importedNames } from '../template/index.ts'
import { apply, remove, restore } from './apply.ts'
import type { Finished, Operation } from './operation-state.ts'
import { endOfPhase } from './phases.ts'
import { type Step, stackOf } from './step.ts'
import { failures, ready, running } from './tasks.ts'

export const stackKind = 'cloudformation/stack'

/**
 * A stack operation: it hands each resource that is due to a work of its own, hears of its end by a signal,
 * and goes on to the next phase when nothing is left to do. Every step is one commit, so events appear as they happen.
 */
export const stackWork = (compiler: Compiler): WorkKind<Operation, Env> => ({
  kind: stackKind,
  async step(work, io, env) {
    const step: Step = {
      env,
      read: io.read,
      at: env.clock.now(),
      cause: work.cause,
      state: structuredClone(work.state),
      resources: new Map(resourcesOf(io.read, work.state).map(record => [record.logicalId, record])),
      effects: [],
      done: false,
    }
    for (const signal of io.signals) hear(step.state, signal.name, signal.data)
    if (step.state.deadline !== undefined && io.reached >= step.state.deadline) expire(step.state)
    const stack = stackOf(step)
    const place = { account: stack.account, region: stack.region, id: stack.id, name: stack.name }
    let plan: Blueprint | undefined
    const blueprint = () => (plan ??= compiler.blueprint(step.state.intent, place))
    if (work.step === 0 && step.state.phase === 'forward') checkImports(step, blueprint())
    // A phase that is over at once (nothing to clean up) is followed by the next in the same step.
    while (!step.done && advance(step, compiler, blueprint)) endOfPhase(step, blueprint)
    const { deadline } = step.state
    return {
      state: step.state,
      next: step.done
        ? { when: 'done' }
        : deadline === undefined
          ? { when: 'signal' }
          : { when: 'deadline', at: deadline },
      commit: tx => {
        for (const effect of step.effects) effect(tx)
      },
    }
  },
})

/** Exports are asked for first: a stack that lacks one touches nothing. */
function checkImports(step: Step, plan: Blueprint) {
  const { account, region } = step.state
  const missing = importedNames(plan).find(name => findExport(step.read, account, region, name) === undefined)
  if (missing !== undefined) step.state.problem = `No export named ${missing} found. `
}

function hear(state: Operation, name: string, data: unknown) {
  if (name === 'cancel' || name === 'delete') state.wish = name
  if (name !== 'finished') return
  const { task: key, reason, leftover } = data as Finished
  const task = state.tasks[key]
  if (task === undefined) return
  task.status = reason === undefined ? 'done' : 'failed'
  if (reason !== undefined) task.reason = reason
  if (leftover !== undefined) {
    state.leftovers.push({ logicalId: task.logicalId, physical: leftover })
  }
}

function expire(state: Operation) {
  delete state.deadline
  if (state.phase === 'forward') state.wish ??= 'cancel'
}

/** Starts what can be started; true when the phase is over. */
function advance(step: Step, compiler: Compiler, blueprint: () => Blueprint): boolean {
  const { state } = step
  for (;;) {
    // Going forward, the first failure is the end; what removes and restores does as much as it can.
    const halted =
      state.phase === 'forward' &&
      (failures(state.tasks).length > 0 || state.wish !== undefined || state.problem !== undefined)
    const due = halted ? [] : ready(state.tasks)
    if (due.length === 0) return !running(state.tasks)
    for (const [key, task] of due) {
      if (task.what === 'apply') apply(step, compiler, blueprint(), key, task)
      else if (task.what === 'restore') restore(step, key, task)
      else remove(step, key, task, state.kind === 'update')
    }
  }
}
