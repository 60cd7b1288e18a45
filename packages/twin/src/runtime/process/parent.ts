import { Worker } from 'node:worker_threads'

/** Set for a child whose standard input is a pipe that its parent holds open for as long as it lives. */
export const parentPipe = 'TWIN_PARENT_PIPE'

/** The whole group goes, and at once: nobody is left to report to. A thread of its own sees the end even while the main one is busy. */
const watcher = `
  const { Socket } = require('node:net')
  const end = () => {
    try { process.kill(-process.pid, 'SIGKILL') } catch { process.kill(process.pid, 'SIGKILL') }
  }
  new Socket({ fd: 0, readable: true, writable: false }).on('end', end).on('error', end).resume()
`

/** A child ends with its parent, however the parent ended: the kernel closes the pipe even after kill -9. */
export const watchParent = (): void => {
  if (process.env[parentPipe] === undefined) return
  delete process.env[parentPipe]
  new Worker(watcher, { eval: true, stdin: false }).unref()
}
