import { readdirSync, readFileSync } from 'node:fs'
import { twin } from '@tripoint/twin'
import { capacity } from '../../../packages/twin/src/runtime/capacity.ts'
import { counts } from './counted.ts'

// A twin that tells over IPC what it holds: `node --expose-gc --import counted.ts program.ts STATE`.

export type Counts = typeof counts

export interface Measured {
  heapMb: number
  /** What the process has of its own: the pages of the database's file are not in it. The whole, where there is no /proc. */
  ownMb: number
  rssMb: number
  /** What keeps the loop alive, by kind. */
  resources: Record<string, number>
  /** Open files; 0 where there is no /proc. */
  files: number
  counts: Counts
  cpuSeconds: number
  /** Calls by `service:operation`, and those that were answered. */
  tried: Record<string, number>
  done: Record<string, number>
  /** Processes of its own that it had at most at once, and may have of functions. */
  processes: number
  capacity: number
}

export type Question = 'measure' | 'settled' | 'stop'

const it = await twin({ state: process.argv[2] ?? '', log: text => process.stderr.write(`${text}\n`) })

const megabytes = (bytes: number) => Math.round((bytes / 1024 ** 2) * 100) / 100

const openFiles = () => {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

const active = (kind: string) => process.getActiveResourcesInfo().filter(each => each === kind).length

let processes = 0
setInterval(() => {
  processes = Math.max(processes, active('ProcessWrap'))
}, 10).unref()

let newest = 0
const tried: Record<string, number> = {}
const done: Record<string, number> = {}

function readAudit() {
  for (const { number, service, operation, outcome } of it.audit(newest)) {
    newest = number
    const call = `${service}:${operation}`
    tried[call] = (tried[call] ?? 0) + 1
    if (outcome === 'ok') done[call] = (done[call] ?? 0) + 1
  }
}

function ownMb(): number | undefined {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
  } catch {
    return undefined
  }
}

async function measure(): Promise<Measured> {
  const { user, system } = process.cpuUsage()
  const counted = { ...counts }
  readAudit()
  Object.assign(counts, counted)
  // Finalizers of one collection free what the next one takes.
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(resolve => setImmediate(resolve))
    globalThis.gc?.()
  }
  const rssMb = megabytes(process.memoryUsage.rss())
  return {
    heapMb: megabytes(process.memoryUsage().heapUsed),
    ownMb: ownMb() ?? rssMb,
    rssMb,
    resources: Object.fromEntries(
      [...Map.groupBy(process.getActiveResourcesInfo(), kind => kind)].map(([kind, all]) => [kind, all.length]),
    ),
    files: openFiles(),
    counts: counted,
    cpuSeconds: (user + system) / 1e6,
    tried,
    done,
    processes,
    capacity: capacity.functions,
  }
}

const answers: Record<Question, () => Promise<unknown>> = {
  measure,
  settled: () => it.settled(),
  async stop() {
    await it.close()
    process.disconnect()
  },
}

process.on('message', async (question: Question) => {
  const answer = await answers[question]()
  if (process.connected) process.send?.(answer ?? {})
})
process.send?.({
  endpoint: it.endpoint,
  keys: ['111111111111', '222222222222', '333333333333'].map(a => it.operator(a)),
})
