import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createWhole } from './create-whole.ts'

export class StateDirectoryInUse extends Error {}

/** Held by this process. */
const held = new Set<string>()

/** When a process began, where the system tells: its number alone may be another's by now. In a container it always is. */
const beginningOf = (pid: number): string | undefined => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    // The command's name, in parentheses, may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
    return `${boot}/${fields?.[19]}`
  } catch {
    return undefined
  }
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The process that holds the lock; undefined when it was killed. */
function holderOf(lock: string): number | undefined {
  const [number = '', beginning = ''] = readFileSync(lock, 'utf8').split(' ')
  const pid = Number(number)
  if (held.has(lock)) return pid
  if (!(pid > 0) || pid === process.pid || !alive(pid)) return undefined
  const now = beginningOf(pid)
  return beginning === '' || now === undefined || now === beginning ? pid : undefined
}

/** Takes the directory for this process alone; the result gives it back. Throws StateDirectoryInUse. */
export function takeStateDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const lock = join(realpathSync(directory), 'lock')
  for (const attempt of [1, 2]) {
    try {
      createWhole(lock, [process.pid, beginningOf(process.pid)].filter(Boolean).join(' '))
      held.add(lock)
      return () => {
        held.delete(lock)
        rmSync(lock, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = holderOf(lock)
      if (attempt === 2 || holder !== undefined) {
        throw new StateDirectoryInUse(
          `${directory} is held by another twin (process ${holder ?? 'unknown'}): stop it, or choose another --state`,
        )
      }
      rmSync(lock, { force: true })
    }
  }
  throw new Error('unreachable')
}
