import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendants } from '../crash/twin-process.ts'

/** https://docs.kernel.org/networking/proc_net_tcp.html */
const LISTEN = '0A'
const TABLES = { tcp: 4, tcp6: 16 } as const

/** Where processes listen, `127.0.0.1:4566`: what the kernel says, not what they say. */
export function listening(pids: readonly string[]): string[] {
  const own = new Set(pids.flatMap(socketsOf))
  return Object.keys(TABLES).flatMap(table =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = '']) => state === LISTEN && own.has(inode))
      .map(([, local = '']) => addressOf(local)),
  )
}

/** Inodes of a process's sockets; of one that has ended, none. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

/** Written as words of four bytes, each with its lowest byte first. */
function addressOf(local: string): string {
  const [address = '', port = ''] = local.split(':')
  const bytes = (address.match(/.{8}/g) ?? []).flatMap(word => [...Buffer.from(word, 'hex')].toReversed())
  const number = Number.parseInt(port, 16)
  if (bytes.length === TABLES.tcp) return `${bytes.join('.')}:${number}`
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  )
  return `[${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}]:${number}`
}

/** Looks until it is stopped; all that was seen. Where there is no /proc, nothing is. */
export function watchSockets(): () => Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  let watching = existsSync('/proc/net/tcp')
  const look = () => {
    const family = [process.pid, ...descendants(process.pid).map(({ pid }) => pid)]
    for (const address of listening(family.map(String))) seen.add(address)
  }
  const watch = (async () => {
    for (; watching; await sleep(200)) look()
  })()
  return async () => {
    if (watching) look()
    watching = false
    await watch
    return seen
  }
}
