import type { Thread, Wait } from './execution.ts'

/** The threads that a waiting thread has started and that have not ended. */
export function children(wait: Wait | undefined): Thread[] {
  if (wait?.on === 'parallel') return wait.branches.flatMap(branch => ('thread' in branch ? [branch.thread] : []))
  if (wait?.on === 'map') return Object.values(wait.running)
  return []
}

/** Whether the thread, or one that it started, waits for this task or timer; `7/timeout` belongs to task `7`. */
export function awaits(thread: Thread, id: string): boolean {
  const { wait } = thread
  if (wait === undefined) return false
  if ('id' in wait) return wait.id === (id.split('/')[0] ?? id)
  if (wait.on === 'map' && wait.run?.arn === id) return true
  return children(wait).some(child => awaits(child, id))
}
