import { table } from '../../../engine/index.ts'
import { changeSets, putExports, stackKey, stacks } from '../model/index.ts'
import type { Operation } from './operation-state.ts'
import type { Step } from './step.ts'

/** Updates whose rollback failed: ContinueUpdateRollback takes them up. */
export const unfinished = table<Operation>('cloudformation/unfinished') // [account, region, uuid]

export function keepUnfinished(step: Step) {
  const state = structuredClone(step.state)
  step.effects.push(tx => void unfinished.put(tx, stackKey(state), state))
}

export function publish(step: Step, exports: Record<string, string>, imported: readonly string[]) {
  step.effects.push(tx => {
    const stack = stacks.get(tx, ...stackKey(step.state))
    if (stack !== undefined) putExports(tx, stack, exports, imported)
  })
}

export const forgetExports = (step: Step) => publish(step, {}, [])

/** The operation is over; the change set that began it learns how it went. */
export function conclude(step: Step, well: boolean) {
  step.done = true
  const { changeSet } = step.state
  if (changeSet === undefined) return
  step.effects.push(tx => {
    const key = [...stackKey(step.state), changeSet]
    const record = changeSets.get(tx, ...key)
    if (record !== undefined)
      changeSets.put(tx, key, { ...record, execution: well ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED' })
  })
}
