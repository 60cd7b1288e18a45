import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { parentPipe } from './parent.ts'

export interface ChildSpec {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly environment: Readonly<Record<string, string>>
  /** Every line of both outputs, as it comes. */
  readonly log: (line: string) => void
}

export interface Exit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Why the process could not even start. */
  readonly error?: string
}

export interface Child {
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  /** Resolves when what the process has written until now has been given to `log`. */
  written(): Promise<void>
  /** SIGTERM to the whole group, SIGKILL when the grace is over; resolves when it is gone. */
  stop(graceMs: number): Promise<Exit>
}

/** Of the twin's own environment a child gets what a program needs to start, and nothing that could be a credential. */
const inherited = ['PATH', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot'] as const

const childEnvironment = (own: Readonly<Record<string, string>>): Record<string, string> => {
  const kept = inherited.flatMap(name => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), ...own, [parentPipe]: '1' }
}

/** Lines end with \n alone: a lone \r is how one event holds several lines. */
const lines = async (stream: Readable | null, log: (line: string) => void): Promise<void> => {
  if (!stream) return
  stream.setEncoding('utf8')
  let rest = ''
  for await (const chunk of stream as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) log(part.endsWith('\r') ? part.slice(0, -1) : part)
  }
  if (rest !== '') log(rest)
}

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

/** Starts a process in a group of its own, which ends with this process. */
export const startChild = ({ command, args, cwd, environment, log }: ChildSpec): Child => {
  const child = spawn(command, [...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: childEnvironment(environment),
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin?.on('error', () => {})
  const output = Promise.all([lines(child.stdout, log), lines(child.stderr, log)])
  const exited = new Promise<Exit>(resolve => {
    child.once('error', error => resolve({ exitCode: null, signal: null, error: error.message }))
    child.once('exit', async (exitCode, signal) => {
      // A grandchild may hold the pipes open: what the process itself wrote is read, but nobody waits for others for ever.
      await Promise.race([output, new Promise(late => setTimeout(late, 2_000).unref())])
      resolve({ exitCode, signal })
    })
  })
  return {
    pid: child.pid,
    exited,
    async written() {
      // The bytes lie in the pipe already: a whole turn of the loop reads every pipe that has any.
      await setImmediate()
      await setImmediate()
    },
    async stop(graceMs) {
      signalGroup(child, 'SIGTERM')
      const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs)
      const exit = await exited
      clearTimeout(kill)
      return exit
    },
  }
}
