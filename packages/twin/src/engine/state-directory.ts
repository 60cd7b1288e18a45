import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
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

/** Where it cannot be removed any more, it is left: the next twin sees that its process is gone. */
function giveBack(lock: string): void {
  try {
    rmSync(lock, { force: true })
  } catch {}
}

/** One by one: what hinders it is told as it is (`recursive` says ENOENT of a read-only file system). */
function make(directory: string): void {
  if (existsSync(directory)) return
  make(dirname(directory))
  mkdirSync(directory, { mode: 0o700 })
}

/** Takes the directory for this process alone; the result gives it back. Throws StateDirectoryInUse. */
export function takeStateDirectory(directory: string): () => void {
  make(resolve(directory))
  const lock = join(realpathSync(directory), 'lock')
  for (const attempt of [1, 2]) {
    try {
      createWhole(lock, [process.pid, beginningOf(process.pid)].filter(Boolean).join(' '))
      held.add(lock)
      return () => {
        held.delete(lock)
        giveBack(lock)
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

/** Keeps others out of the twin's own folders, whoever may look into the directory that they are in. */
export function closeFolders(directory: string, names: readonly string[]): void {
  for (const path of names.map(name => join(directory, name))) {
    try {
      if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700)
    } catch (error) {
      // Not there yet, or another user's: a directory that was mounted from elsewhere.
      if (!['ENOENT', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}
