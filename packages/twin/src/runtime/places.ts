/** So many at once; the others wait in their order. */
export interface Places {
  /** Resolves when there is a place, or the signal fires; the result gives the place up. */
  take(signal: AbortSignal): Promise<() => void>
}

export function places(most: number): Places {
  const waiting = new Set<() => void>()
  let taken = 0

  const place = () => {
    taken++
    let held = true
    return () => {
      if (!held) return
      held = false
      taken--
      const [first] = waiting
      first?.()
    }
  }

  return {
    async take(signal) {
      if (signal.aborted) return () => {}
      if (taken < most) return place()
      const { promise, resolve } = Promise.withResolvers<() => void>()
      const next = () => {
        waiting.delete(next)
        signal.removeEventListener('abort', leave)
        resolve(place())
      }
      const leave = () => {
        waiting.delete(next)
        resolve(() => {})
      }
      waiting.add(next)
      signal.addEventListener('abort', leave, { once: true })
      return promise
    },
  }
}
