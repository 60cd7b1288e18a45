import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** Filesystems without hard links. */
const unable = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/**
 * Makes a file that is there with all of its content or not at all, whenever the process is killed.
 * Throws EEXIST where it is there already: of several that make it at once, one has made it.
 */
export function createWhole(path: string, content: string): void {
  const fresh = `${path}.${process.pid}`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(fresh, path)
  } catch (error) {
    if (!unable.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    closeSync(openSync(path, 'wx', 0o600))
    renameSync(fresh, path)
  } finally {
    rmSync(fresh, { force: true })
  }
}
