import { type Clock, systemClock } from '../../../packages/twin/src/engine/index.ts'

export interface MovedClock extends Clock {
  /** What would have been due by then is due now. Backward by less than nothing: what waits, waits as long as it would have. */
  forward(ms: number): void
  /** How many timers have been set so far. */
  set(): number
}

/** Wall time, and as far ahead of it as it was moved. */
export function movedClock(ahead = 0): MovedClock {
  let count = 0
  const timers = new Map<object, { at: number; task: () => void; stop: () => void }>()
  const now = () => Date.now() + ahead
  return {
    now,
    after(ms, task) {
      const key = {}
      count++
      const fire = () => {
        timers.delete(key)
        task()
      }
      const cancel = systemClock.after(ms, fire)
      const stop = () => {
        cancel()
        timers.delete(key)
      }
      timers.set(key, { at: now() + ms, task: fire, stop })
      return stop
    },
    set: () => count,
    forward(ms) {
      ahead += ms
      for (const { at, task, stop } of [...timers.values()].sort((a, b) => a.at - b.at)) {
        if (at > now()) break
        stop()
        task()
      }
    },
  }
}
