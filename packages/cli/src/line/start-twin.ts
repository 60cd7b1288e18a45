import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { CompatNeedsLoopback, StateDirectoryInUse, type Twin, type TwinOptions, twin, Unwritable } from '@tripoint/twin'
import { preflight } from '../preflight.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'

/** Starts a twin; what keeps it from starting is one line with its cure. */
export async function startTwin({
  state,
  port,
  host = '127.0.0.1',
  tls = false,
  compat = false,
  report,
  refused = () => {},
}: {
  state: string
  port: number
  host?: string
  tls?: boolean
  compat?: boolean
  report: Report
  refused?: NonNullable<TwinOptions['refused']>
}): Promise<Twin> {
  const missing = await preflight({ port, host, directory: existing(state) })
  if (missing.length > 0) throw new Failure(missing.join('\n'))
  try {
    return await twin({ state, port, host, tls, compat, refused, log: text => report({ type: 'note', text }) })
  } catch (error) {
    if ([StateDirectoryInUse, Unwritable, CompatNeedsLoopback].some(known => error instanceof known))
      throw new Failure((error as Error).message)
    throw error
  }
}

/** The folder that is there already, of those that lead to the state directory. */
const existing = (path: string): string => (existsSync(path) || dirname(path) === path ? path : existing(dirname(path)))

/** Until Ctrl-C. */
export const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
