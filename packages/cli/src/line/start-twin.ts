import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StateDirectoryInUse, type Twin, type TwinOptions, twin } from '@tripoint/twin'
import { preflight } from '../preflight.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'

/** Starts a twin; what keeps it from starting is one line with its cure. */
export async function startTwin({
  state,
  port,
  compat = false,
  report,
  refused = () => {},
}: {
  state: string
  port: number
  compat?: boolean
  report: Report
  refused?: NonNullable<TwinOptions['refused']>
}): Promise<Twin> {
  const missing = await preflight({ port, directory: existing(state) })
  if (missing.length > 0) throw new Failure(missing.join('\n'))
  try {
    return await twin({ state, port, compat, refused, log: text => report({ type: 'note', text }) })
  } catch (error) {
    if (error instanceof StateDirectoryInUse) throw new Failure(error.message)
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
