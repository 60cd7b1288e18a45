import type { StackResource } from '../model/index.ts'
import type { Blueprint } from '../template/index.ts'
import type { Task, Victim } from './operation-state.ts'

export type Tasks = Record<string, Task>

const waiting = { status: 'waiting' as const }

/** Everything that the template names, each after what it refers to. */
export const applyTasks = ({ order, edges }: Blueprint): Tasks =>
  Object.fromEntries(order.map(id => [id, { ...waiting, logicalId: id, what: 'apply', needs: edges[id] ?? [] }]))

/** Back to what was, in the order in which it was made. */
export function restoreTasks(resources: readonly StackResource[]): Tasks {
  const ids = new Set(resources.map(({ logicalId }) => logicalId))
  return Object.fromEntries(
    resources.map(({ logicalId, dependsOn }) => [
      logicalId,
      { ...waiting, logicalId, what: 'restore', needs: dependsOn.filter(id => ids.has(id)) },
    ]),
  )
}

/** What needs another thing is removed before it. */
export function removeTasks(victims: readonly { logicalId: string; victim: Victim }[]): Tasks {
  const keyOf = ({ logicalId, victim }: { logicalId: string; victim: Victim }) => `${logicalId} ${victim.physical.id}`
  return Object.fromEntries(
    victims.map(entry => {
      const users = victims.filter(other => other !== entry && other.victim.dependsOn.includes(entry.logicalId))
      return [
        keyOf(entry),
        { ...waiting, logicalId: entry.logicalId, what: 'remove', needs: users.map(keyOf), victim: entry.victim },
      ]
    }),
  )
}

export const ready = (tasks: Tasks) =>
  Object.entries(tasks).filter(
    ([, task]) =>
      task.status === 'waiting' && task.needs.every(need => tasks[need] === undefined || tasks[need].status === 'done'),
  )

export const failures = (tasks: Tasks) => Object.values(tasks).filter(({ status }) => status === 'failed')

export const running = (tasks: Tasks) => Object.values(tasks).some(({ status }) => status === 'running')
