import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A server in a process of its own: what it costs is not mixed with what its client costs. */
export interface Server {
  endpoint: string
  /** Seconds of CPU since its start, threads included; undefined where there is no /proc. */
  cpu(): number | undefined
  /** What is resident, in megabytes. */
  memory(): number | undefined
  stop(): Promise<void>
}

const ticks = 100

/** Starts a Node program and waits for the line of JSON that names its endpoint. */
export async function startServer(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Server> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const die = () => void child.kill('SIGKILL')
  process.once('exit', die)
  const endpoint = await endpointOf(child, args)
  const { pid } = child
  return {
    endpoint,
    cpu: () => cpuSeconds(pid),
    memory: () => memoryMegabytes(pid),
    async stop() {
      process.off('exit', die)
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function endpointOf(child: ChildProcess, args: readonly string[]): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { endpoint } = JSON.parse(line) as { endpoint?: string }
    if (endpoint === undefined) continue
    child.stdout!.resume()
    return endpoint
  }
  throw new Error(`${args.join(' ')} ended without an endpoint`)
}

function cpuSeconds(pid: number | undefined): number | undefined {
  const fields = procFile(pid, 'stat')
    ?.replace(/^.*\) /s, '')
    .split(' ')
  return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / ticks
}

/** Without what is mapped of the database's file: those pages are the system's cache, and go when others need the memory. */
function memoryMegabytes(pid: number | undefined): number | undefined {
  const mappings = procFile(pid, 'smaps')?.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
  return mappings
    ?.filter(mapping => !/data\.mdb$/m.test(mapping.split('\n', 1)[0] ?? ''))
    .reduce((sum, mapping) => sum + Number(/^Rss:\s+(\d+) kB/m.exec(mapping)?.[1] ?? 0) / 1024, 0)
}

function procFile(pid: number | undefined, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}
