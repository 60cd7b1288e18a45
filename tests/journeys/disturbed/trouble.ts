import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What may befall the folder in which a process keeps its files, while it runs, and be mended. */
export interface Trouble {
  readonly name: string
  /** The shell in which it can be made. */
  readonly shell: readonly string[]
  /** In that shell: makes the folder. */
  readonly make: (folder: string) => string
  /** In that shell: as a process finds it that begins in the midst of it. */
  readonly made: (folder: string) => string
  spoil(shell: number, folder: string): void
  mend(shell: number, folder: string): void
  /** What the twin says of its folder. */
  readonly says: string
}

const plenty = '2g'
const user = process.getuid?.()

const run = (command: string, ...args: string[]) => void execFileSync(command, args, { stdio: 'pipe' })

/** Mounts of one's own: root's, or those of a user in a namespace where he is root. */
const namespace =
  user === 0
    ? { unshare: ['unshare', '-m', 'sh'], enter: ['-m'] }
    : { unshare: ['unshare', '-Urm', 'sh'], enter: ['-U', '-m', '--preserve-credentials'] }

const tmpfs = (folder: string, options: string) => `mount -t tmpfs -o ${options},mode=700 none '${folder}'`

/** A file system in memory that only the process and its children see; its size is changed while it is mounted. */
const full: Trouble = {
  name: 'a disk that is full',
  shell: namespace.unshare,
  make: folder => tmpfs(folder, `size=${plenty}`),
  made: folder => tmpfs(folder, 'size=64k'),
  spoil(shell, folder) {
    const disk = () => statfsSync(`/proc/${shell}/root${folder}`)
    do {
      const { blocks, bfree, bsize } = disk()
      // Something may have been written meanwhile: a disk is not made smaller than what is on it.
      try {
        resize(shell, folder, String((blocks - bfree) * bsize))
      } catch {}
    } while (disk().bavail > 0)
  },
  mend: (shell, folder) => resize(shell, folder, plenty),
  says: 'is full: free space there',
}

const resize = (shell: number, folder: string, size: string) =>
  run('nsenter', '-t', String(shell), ...namespace.enter, 'mount', '-o', `remount,size=${size}`, folder)

/** Root without its capabilities is stopped by a file's mode as everybody is. */
const powerless = user === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all', 'sh'] : ['sh']

const readOnly: Trouble = {
  name: 'a state directory that becomes read-only',
  shell: powerless,
  make: folder => `mkdir -p '${folder}'`,
  made: folder => `mkdir -p '${folder}' && chmod a-w '${folder}'`,
  spoil: (_shell, folder) => run('chmod', '-R', 'a-w', folder),
  mend: (_shell, folder) => run('chmod', '-R', 'u+w', folder),
  says: 'is read-only for this user',
}

/** Nothing can make it so while files are open for writing; a process may find it so. */
export const mountedReadOnly: Pick<Trouble, 'name' | 'shell' | 'made' | 'says'> = {
  name: 'a file system that is mounted read-only',
  shell: namespace.unshare,
  made: folder => tmpfs(folder, `ro,size=${plenty}`),
  says: 'is on a file system that is read-only',
}

export const troubles: readonly Trouble[] = [full, readOnly]

/** Can this machine have it? Where not (macOS, a container without user namespaces), whoever asks says so. */
export function possible({ shell: [command = '', ...args], made }: Pick<Trouble, 'shell' | 'made'>): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'trouble-'))
  try {
    execFileSync(command, [...args, '-c', made(folder)], { stdio: 'ignore' })
    run('nsenter', '--version')
    return process.platform === 'linux'
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}
