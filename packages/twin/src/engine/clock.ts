/** Wall time and timers, injected so that a test owns them. Milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Runs `task` once after `ms`; the result cancels it. */
  after(ms: number, task: () => void): () => void
}

/**
 * The longest stretch of one timer. setTimeout fires at once beyond 2^31-1 ms, stands still while the machine sleeps, and does
 * not hear of a clock that is set forward.
 */
const stretch = 60_000

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const due = { wall: Date.now() + ms, steady: performance.now() + ms }
    const look = () => {
      const left = ms <= stretch ? 0 : Math.min(due.wall - Date.now(), due.steady - performance.now())
      if (left <= 0) task()
      else timer = setTimeout(look, Math.min(left, stretch))
    }
    let timer = setTimeout(look, Math.min(ms, stretch))
    return () => clearTimeout(timer)
  },
}
