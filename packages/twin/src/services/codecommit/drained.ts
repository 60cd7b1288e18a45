import type { Writable } from 'node:stream'

/** Until it takes more, or will never. A large push waits often: nothing is left behind of each time. */
export const drained = (stream: Writable): Promise<void> =>
  new Promise(resolve => {
    const go = () => {
      stream.off('drain', go).off('close', go)
      resolve()
    }
    stream.on('drain', go).on('close', go)
  })
