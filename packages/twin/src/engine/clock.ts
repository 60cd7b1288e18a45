/** Wall time and timers, injected so that a test owns them. Milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Runs `task` once after `ms`; the result cancels it. */
  after(ms: number, task: () => void): () => void
}

/** setTimeout takes at most 2^31-1 ms and fires at once beyond it. */
const longest = 2_147_483_647

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(ms, longest))
    return () => clearTimeout(timer)
  },
}
