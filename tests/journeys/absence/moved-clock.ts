import type { TwinOptions } from '@tripoint/twin'

type Clock = NonNullable<TwinOptions['clock']>

export interface MovedClock extends Clock {
  /** What would have been due by then is due now. */
  forward(ms: number): void
}

/** Wall time, and as far ahead of it as it was moved. */
export function movedClock(): MovedClock {
  let ahead = 0
  const timers = new Map<object, { at: number; task: () => void; stop: () => void }>()
  const now = () => Date.now() + ahead
  return {
    now,
    after(ms, task) {
      const key = {}
      const fire = () => {
        timers.delete(key)
        task()
      }
      const timer = setTimeout(fire, Math.min(ms, 2_147_483_647))
      const stop = () => {
        clearTimeout(timer)
        timers.delete(key)
      }
      timers.set(key, { at: now() + ms, task: fire, stop })
      return stop
    },
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
