import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** It kills itself while it writes its commit of that number, or right after it. */
export interface Death {
  commit: number
  when: 'within' | 'after'
}

/** The twin as its users run it, on one state directory and one port over all its lives. */
export interface TwinProcess {
  readonly state: string
  readonly endpoint: string
  /** What all its lives have printed, errors included. */
  readonly printed: () => string
  readonly pid: () => number
  /** Resolves when it says that it is ready, or has died before. */
  start(death?: Death): Promise<void>
  /** Resolves when it has died, by whomever. */
  died(): Promise<unknown>
  /** SIGKILL; resolves when it and all its children are gone. */
  kill(): Promise<void>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
}

const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))
const die = new URL('die.ts', import.meta.url).href
/** As its first line starts it. */
const flags = ['--max-semi-space-size=8']

/** Below the range that outgoing connections take theirs from: while nobody listens, a retry could connect to itself. */
async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port++) {
    const probe = createServer()
    const free = await new Promise<boolean>(resolve => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    await new Promise(resolve => probe.close(resolve))
    if (free) return port
  }
}

interface Running {
  pid: number
  parent: number
  command: string
}

/** What runs on this machine, the dead that nobody has waited for left out. */
const processes = (): Running[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([pid, , stat]) => pid !== undefined && pid !== '' && stat?.startsWith('Z') === false)
    .map(([pid, parent, , ...command]) => ({ pid: Number(pid), parent: Number(parent), command: command.join(' ') }))

/** Children of a process and theirs; `ps` itself is none. */
export function descendants(pid: number, all = processes()): Running[] {
  const own = all.filter(({ parent, command }) => parent === pid && !/(^|\/)ps -A/.test(command))
  return [...own, ...own.flatMap(child => descendants(child.pid, all))]
}

/** `loads`: modules that it loads before its own; `options`: of the command. */
export async function twinProcess(
  state: string,
  loads: readonly string[] = [],
  options: readonly string[] = [],
): Promise<TwinProcess> {
  const port = await freePort()
  let printed = ''
  let child: ChildProcess | undefined
  let exited: Promise<unknown> = Promise.resolve()
  const pid = () => child?.pid ?? 0

  return {
    state,
    endpoint: `http://127.0.0.1:${port}`,
    printed: () => printed,
    pid,
    died: () => exited,
    async start(death) {
      const program = [main, 'twin', '--port', String(port), '--state', state, ...options]
      const imports = [die, ...loads].flatMap(url => ['--import', url])
      const started = spawn(process.execPath, [...flags, ...imports, ...program], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, ...(death === undefined ? {} : { DIE_AT: `${death.commit} ${death.when}` }) },
      })
      child = started
      exited = once(started, 'exit')
      let own = ''
      let ready = false
      await new Promise<void>((resolve, reject) => {
        for (const stream of [started.stdout, started.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => {
            printed += text
            if (ready) return
            own += text
            ready = own.includes('ready at ')
            if (ready) resolve()
          })
        started.once('exit', (code, signal) => {
          if (signal === 'SIGKILL') resolve()
          else reject(new Error(`the twin ended with ${code ?? signal} before it was ready:\n${own}`))
        })
      })
    },
    async kill() {
      const orphans = descendants(pid())
      child?.kill('SIGKILL')
      await exited
      const until = performance.now() + 5_000
      for (;;) {
        const alive = new Map(processes().map(each => [each.pid, each.command]))
        const left = orphans.filter(orphan => alive.get(orphan.pid) === orphan.command)
        if (left.length === 0) return
        if (performance.now() > until) throw new Error(`outlived the twin: ${left.map(({ command }) => command)}`)
        await sleep(20)
      }
    },
    async stop() {
      child?.kill('SIGTERM')
      await exited
      return child?.exitCode ?? null
    },
  }
}
