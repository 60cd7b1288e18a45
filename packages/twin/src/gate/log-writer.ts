import { type Cause, isAwsError, unwritable } from '../engine/index.ts'
import type { Env } from './operation.ts'
import type { Principal } from './principal.ts'

/** Where the output of a process goes, and as whom. */
export interface LogDestination {
  readonly as: Principal
  readonly group: string
  readonly stream: string
  readonly region: string
  /** Asked for with each call: a process may go on for another cause. */
  readonly cause: Cause
}

export interface LogWriter {
  /** Takes a line at once and puts it before long. */
  line(message: string): void
  /** Puts what has come so far. */
  flush(): Promise<void>
  /** Tries anew where lines were lost: what the role may do can have changed. */
  again(): void
}

/** At most 10,000 events a call: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const most = 10_000
const everyMs = 250
/** While nothing can be written, lines are kept, within measure. */
const againMs = 1_000
const mostKept = 100_000

/** For a call that makes a group or stream: that it is there already is as good. */
export const unlessExists = (error: unknown): void => {
  if (!isAwsError(error, 'ResourceAlreadyExistsException')) throw error
}

/**
 * Output of a process on its way to CloudWatch Logs, which it does not wait for: a role that may not write logs loses them, and
 * the process runs all the same. `open` makes the stream before the first line is put, each service in its own way.
 */
export function logWriter(env: Env, destination: LogDestination, open: () => Promise<unknown>): LogWriter {
  const { as, group, stream, region } = destination
  let waiting: { timestamp: number; message: string }[] = []
  let opened: Promise<unknown> | undefined
  let putting = Promise.resolve()
  let lost = false
  let cancel = () => {}

  const put = async (events: typeof waiting) => {
    let at = 0
    try {
      opened ??= open()
      await opened
      for (; at < events.length && !lost; at += most) {
        const input = { logGroupName: group, logStreamName: stream, logEvents: events.slice(at, at + most) }
        await env.invoke(as, 'logs', 'PutLogEvents', input, { cause: destination.cause, region })
      }
    } catch (error) {
      const left = [...events.slice(at), ...waiting]
      if (unwritable(error, env.directory) !== undefined && left.length <= mostKept && !env.works.stopping().aborted) {
        opened = undefined
        cancel()
        waiting = left
        cancel = env.clock.after(againMs, () => void flush())
        return
      }
      if (!lost) env.log(`logs of ${group} are lost: ${error instanceof Error ? error.message : error}`)
      lost = true
    }
  }

  const flush = () => {
    cancel()
    cancel = () => {}
    const events = waiting
    waiting = []
    if (events.length > 0 && !lost) putting = putting.then(() => put(events))
    return putting
  }

  return {
    line(message) {
      if (lost || message === '') return
      if (waiting.length === 0) cancel = env.clock.after(everyMs, () => void flush())
      waiting.push({ timestamp: env.clock.now(), message })
    },
    flush,
    again() {
      if (lost) opened = undefined
      lost = false
    },
  }
}
