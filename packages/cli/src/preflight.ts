import { execFile } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'

export interface Surroundings {
  /** A port that has to be free; 0, the default, is any. */
  port?: number
  /** The address that it is of. */
  host?: string
  /** Where state will be written. */
  directory?: string
}

const NEEDED_BYTES = 2 ** 30
/** `GIT_CONFIG_COUNT`, by which `tripoint env` sets git up. */
const NEEDED_GIT = [2, 31] as const

type Check = (surroundings: Required<Surroundings>) => Promise<string | undefined>

const checks: readonly Check[] = [git, disk, port]

/** What would keep a twin from running on this machine: one line each, with its cure. Empty: all is well. */
export async function preflight({
  port = 0,
  host = '127.0.0.1',
  directory = tmpdir(),
}: Surroundings = {}): Promise<string[]> {
  const answers = await Promise.all(checks.map(check => check({ port, host, directory })))
  return answers.filter(answer => answer !== undefined)
}

async function git(): Promise<string | undefined> {
  const answer = await promisify(execFile)('git', ['--version'], { timeout: 10_000 }).catch(() => undefined)
  if (answer === undefined) return 'git is not on the PATH: install it (apt install git, brew install git, git-scm.com)'
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(answer.stdout) ?? []
  const enough = Number(major) > NEEDED_GIT[0] || (Number(major) === NEEDED_GIT[0] && Number(minor) >= NEEDED_GIT[1])
  return enough
    ? undefined
    : `${answer.stdout.trim()} is too old: install git ${NEEDED_GIT.join('.')} or newer (git-scm.com)`
}

async function disk({ directory }: Required<Surroundings>): Promise<string | undefined> {
  const space = await statfs(directory).catch((error: NodeJS.ErrnoException) => error)
  if (space instanceof Error) return `${directory} cannot be used (${space.code}): set TMPDIR to a folder that exists`
  const free = space.bavail * space.bsize
  return free >= NEEDED_BYTES
    ? undefined
    : `${directory} has ${Math.floor(free / 2 ** 20)} MB free and 1024 are needed: free some, or set TMPDIR to a folder on another disk`
}

const portCures: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: port => `port ${port} is in use: stop what listens there, or choose another (--port 0 takes a free one)`,
  EACCES: port => `port ${port} is not for ordinary users: choose one above 1023 (--port 0 takes a free one)`,
  EADDRNOTAVAIL: (_port, host) => `${host} is no address of this machine: give one that is, or 0.0.0.0 for all`,
  ENOTFOUND: (_port, host) => `${host} is no address that can be found: give one of this machine's, or 0.0.0.0 for all`,
}

function port({ port, host }: Required<Surroundings>): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) =>
      resolve(
        portCures[error.code ?? '']?.(port, host) ??
          `no port of ${host} can be opened (${error.code}): allow loopback connections in this sandbox or firewall`,
      ),
    )
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}
