import { constants } from 'node:os'
import { dirname, relative } from 'node:path'

/** Nothing can be written where it must be: no refusal of AWS's and no bug. What was under way is tried again. */
export class Unwritable extends Error {
  override readonly name = 'ServiceUnavailable'
}

/** What is the matter with a folder, and its cure; by what the system calls it. */
const faults: Readonly<Record<string, string>> = {
  ENOSPC: 'is full: free space there (16 MB at least), and try again',
  EDQUOT: "is full by its user's quota: free space there, and try again",
  EFBIG: 'has a file at the size limit of this process (ulimit -f): raise the limit, and try again',
  EROFS: 'is on a file system that is read-only: mount it writable, and try again',
  EACCES: 'is read-only for this user: give its user write permission (chmod -R u+rwX), and try again',
  EPERM: 'is read-only for this user: give its user write permission (chmod -R u+rwX), and try again',
  EIO: 'is on a disk that fails (input/output error): see the log of the system',
  EMFILE: 'has more files open than this process may have (ulimit -n): raise the limit, and try again',
  ENFILE: 'has more files open than the system allows: raise its limit, and try again',
}

/** These may be of anything; only with a path, or from the database, are they about a folder. */
const needsPath = new Set(['EACCES', 'EPERM', 'EIO'])

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]))

/** LMDB hands over the system's number, with its own words. */
const nameOf = (code: unknown): string | undefined =>
  typeof code === 'number' ? names.get(code) : typeof code === 'string' ? code : undefined

/** What a failure to write into the state directory means for who operates the twin; undefined: it is something else. */
export function unwritable(error: unknown, directory: string): Unwritable | undefined {
  if (error instanceof Unwritable) return error
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { path, syscall } = error as NodeJS.ErrnoException
  const name = nameOf(error.code)
  const fault = name === undefined ? undefined : faults[name]
  if (name === undefined || fault === undefined || syscall?.startsWith('spawn')) return undefined
  if (path === undefined && typeof error.code !== 'number' && needsPath.has(name)) return undefined
  const elsewhere = path !== undefined && relative(directory, path).startsWith('..')
  const where = elsewhere ? dirname(path) : `The state directory ${directory}`
  return new Unwritable(`${where} ${fault}`, { cause: error })
}
