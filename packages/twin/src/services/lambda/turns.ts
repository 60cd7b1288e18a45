import { Interrupted } from '../../engine/index.ts'

/** Who waits for a process, in order: at most so many start at the same time, and so many there are at all. */
export interface Turns<T> {
  /**
   * One that another has given back; undefined: the caller's turn to start one. `beyond` all places, where somebody who has
   * one waits for this. Throws Interrupted when a signal fires.
   */
  take(key: string, signals: readonly AbortSignal[], beyond?: boolean): Promise<T | undefined>
  /** True: somebody has waited for it, and has it. */
  offer(key: string, warm: T): boolean
  /** The process is up, or never will be. */
  started(): void
  /** The process is gone. */
  gone(): void
}

interface Waiter<T> {
  key: string
  beyond: boolean
  go(warm: T | undefined): void
}

/** `makeRoom` ends a process that has nothing to do, if there is one, and tells by `gone`. */
export function turns<T>({ starts, most }: { starts: number; most: number }, makeRoom: () => void): Turns<T> {
  const waiting = new Set<Waiter<T>>()
  let starting = 0
  let present = 0
  let admitting = false

  function admit() {
    if (admitting) return
    admitting = true
    for (const waiter of waiting) {
      if (starting >= starts) break
      if (present >= most) makeRoom()
      if (present >= most && !waiter.beyond) continue
      starting++
      present++
      waiter.go(undefined)
    }
    admitting = false
  }

  return {
    async take(key, signals, beyond = false) {
      const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
      const waiter: Waiter<T> = {
        key,
        beyond,
        go(warm) {
          waiting.delete(waiter)
          resolve(warm)
        },
      }
      const leave = () => {
        waiting.delete(waiter)
        reject(new Interrupted())
      }
      if (signals.some(({ aborted }) => aborted)) throw new Interrupted()
      for (const signal of signals) signal.addEventListener('abort', leave, { once: true })
      waiting.add(waiter)
      admit()
      try {
        return await promise
      } finally {
        for (const signal of signals) signal.removeEventListener('abort', leave)
      }
    },
    offer(key, warm) {
      for (const waiter of waiting) {
        if (waiter.key !== key) continue
        waiter.go(warm)
        return true
      }
      return false
    },
    started() {
      starting--
      admit()
    },
    gone() {
      present--
      admit()
    },
  }
}
