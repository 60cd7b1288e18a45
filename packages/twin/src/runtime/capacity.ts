import { availableParallelism, totalmem } from 'node:os'

const megabyte = 1024 ** 2
const cores = availableParallelism()
/** What a container of this process may take, where it is in one. */
const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)

const within = (least: number, most: number, wanted: number) => Math.max(least, Math.min(most, Math.floor(wanted)))

/**
 * How much of users' code runs at once; the rest waits its turn. AWS has machines enough, this is one: measured, a hundred
 * functions invoked at once as processes of their own took 6 GB and a minute on two cores, most of it for starting.
 */
export const capacity = {
  /** Processes that start at the same time: Node.js needs a core for a third of a second. */
  starts: cores,
  /** Processes of functions: a fourth of the memory at 64 MB each, and no more than may sensibly share a core. */
  functions: within(8, 8 * cores, memory / 4 / (64 * megabyte)),
  /** Training containers: they compute all the time. */
  trainings: cores,
  /** Model servers that stay up between invocations. */
  servers: within(4, 8 * cores, memory / 8 / (64 * megabyte)),
}
