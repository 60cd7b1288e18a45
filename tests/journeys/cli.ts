import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Event } from '../../packages/cli/src/report/event.ts'
import { eventTypes } from '../../packages/cli/src/report/text.ts'

const program = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface Running {
  /** Until its output, both streams together, matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ended>
}

interface Options {
  cwd?: string
  input?: string
  environment?: Readonly<Record<string, string>>
}

/** A folder with a home of its own, in which `tripoint` runs as a user's shell would run it. */
export interface Desk {
  folder: string
  begin(args: string, options?: Options): Running
  tripoint(args: string, options?: Options): Promise<Ended>
  /** The same within this process, for what is no matter of the process: to start one takes most of a second. */
  inside(
    args: string,
    options?: Omit<Options, 'environment'> & { /** by a person */ readonly typed?: true },
  ): Promise<Ended>
  /** With `--json`: the events, each line of them checked. */
  events(args: string, options?: Options): Promise<Event[]>
  /** Processes that were started from here and are still there. */
  left(): string[]
  /** Ends what still runs, and removes everything. */
  clear(): Promise<void>
}

export function desk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'))
  const children = new Map<ChildProcess, Promise<Ended>>()

  function begin(args: string, { cwd = folder, input, environment = {} }: Options = {}): Running {
    const child = spawn(process.execPath, [program, ...args.split(' ').filter(Boolean)], {
      cwd,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // TMPDIR is what the twin hands on to its own children: by it they are found.
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    })
    child.stdin?.end(input)
    let out = ''
    let err = ''
    let heard = () => {}
    child.stdout?.setEncoding('utf8').on('data', chunk => {
      out += chunk
      heard()
    })
    child.stderr?.setEncoding('utf8').on('data', chunk => {
      err += chunk
      heard()
    })
    const ended = new Promise<Ended>(resolve =>
      child.on('close', code => {
        children.delete(child)
        resolve({ code, out, err })
        heard()
      }),
    )
    children.set(child, ended)
    return {
      ended,
      kill: signal => void child.kill(signal),
      until: pattern =>
        new Promise((resolve, reject) => {
          heard = () => {
            const found = pattern.exec(out + err)
            if (found !== null) resolve(found)
            else if (!children.has(child)) reject(new Error(`${args} ended without ${pattern}:\n${out}${err}`))
          }
          heard()
        }),
    }
  }

  const tripoint = (args: string, options?: Options) => begin(args, options).ended
  return {
    folder,
    begin,
    tripoint,
    async inside(args, { cwd = folder, input = '', typed = false } = {}) {
      const { main } = await import('../../packages/cli/src/program.ts')
      const [stdout, stderr, before] = [new PassThrough(), new PassThrough(), process.cwd()]
      process.chdir(cwd)
      try {
        const argv = ['node', 'tripoint', ...args.split(' ').filter(Boolean)]
        const code = await main(argv, {
          stdin: Object.assign(Readable.from([input]), { isTTY: typed }),
          stdout,
          stderr,
        })
        return { code, out: await text(stdout.end()), err: await text(stderr.end()) }
      } finally {
        process.chdir(before)
      }
    },
    async events(args, options) {
      const { code, out, err } = await tripoint(`${args} --json`, options)
      if (code !== 0) throw new Error(`${args} ended with ${code}:\n${err}`)
      return eventsIn(out)
    },
    left: () => processesOf(folder),
    async clear() {
      for (const child of children.keys()) child.kill('SIGTERM')
      await Promise.all(children.values())
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function eventsIn(out: string): Event[] {
  return out
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const event = JSON.parse(line) as Event
      if (!eventTypes.includes(event.type)) throw new Error(`no event: ${line}`)
      return event
    })
}

/** Commits the definition and the template, and pushes them with git, which `tripoint env` has told of our helper. */
export function push(project: string, message: string, environment: Readonly<Record<string, string>>): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost', ...args], {
      cwd: project,
      stdio: 'pipe',
      env: { PATH: process.env.PATH, HOME: project, GIT_CONFIG_NOSYSTEM: '1', ...environment },
    })
  if (!existsSync(join(project, '.git'))) git('init', '--quiet', '--initial-branch=main')
  git('add', 'tripoint.config.ts', 'training.template.json')
  git('commit', '--quiet', '-m', message)
  const url = `${environment.AWS_ENDPOINT_URL}/v1/repos/churn`
  git('push', '--quiet', url, 'main')
}

/** Where there is no /proc, nothing is found. */
function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TMPDIR=${folder}`)
    } catch {
      return false
    }
  })
}
