import { execFile, execFileSync } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Nothing of the machine's or the user's git configuration reaches a repository. */
export const gitEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
  HOME: '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  // The state directory may be a mounted one that another user owns.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  LC_ALL: 'C',
})

export class GitFailed extends Error {}

/** What git says of the disk is not about what it was asked. */
const disk: readonly (readonly [string, string])[] = [
  ['No space left on device', 'ENOSPC'],
  ['Out of diskspace', 'ENOSPC'],
  ['Disk quota exceeded', 'EDQUOT'],
  ['File too large', 'EFBIG'],
  ['Read-only file system', 'EROFS'],
  ['Permission denied', 'EACCES'],
]

const failure = (directory: string, text: string): Error => {
  const code = disk.find(([words]) => text.includes(words))?.[1]
  return code === undefined ? new GitFailed(text) : Object.assign(new Error(text), { code, path: directory })
}

/** A limit of the system's on the size of files ends git without a word. */
const endOf = ({ signal, message }: { signal?: string; message: string }) =>
  signal === 'SIGXFSZ' ? 'File too large' : message

const options = { maxBuffer: 1 << 30 }

const holdsNul = (text: string) => text.includes('\0')

export const git = (directory: string, args: string[], input?: Uint8Array | string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    if (args.some(holdsNul)) return reject(new GitFailed(`git ${args[0]}: no argument can hold a NUL`))
    const child = execFile(
      'git',
      ['--git-dir', directory, ...args],
      { ...options, env: gitEnvironment(), encoding: 'buffer' },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(failure(directory, `git ${args[0]}: ${stderr.toString().trim() || endOf(error)}`))
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(input ?? '')
  })

/** For what must be one step with a transaction: a reference is moved, or all of them are read (4 ms). */
export function gitNow(directory: string, args: string[], input?: string): string {
  if (args.some(holdsNul)) throw new GitFailed(`git ${args[0]}: no argument can hold a NUL`)
  try {
    return execFileSync('git', ['--git-dir', directory, ...args], {
      ...options,
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: 'pipe',
      input: input ?? '',
    })
  } catch (error) {
    throw failure(directory, `git ${args[0]}: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`)
  }
}

/**
 * fsync of everything, one pack a push (so that it is one fsync), no background process after a push, no hook,
 * and the references of half-made commits hidden.
 */
const configuration = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	fsync = all
	hooksPath = /dev/null
[http]
	receivepack = true
[receive]
	unpackLimit = 1
	autogc = false
	denyDeleteCurrent = true
[gc]
	auto = 0
[transfer]
	hideRefs = refs/imports
	fsckObjects = true
`

/** A bare repository by hand: what \`git init --bare\` with an empty template writes, without a process. */
export async function createRepository(directory: string): Promise<void> {
  const folders = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags']
  await Promise.all(folders.map(folder => mkdir(join(directory, folder), { recursive: true, mode: 0o700 })))
  await writeFile(join(directory, 'config'), configuration, { flush: true })
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/main\n', { flush: true })
}

/** What a git that was killed leaves behind: locks, which would hinder every later push, and packs that nothing refers to. */
export async function removeLocks(directory: string): Promise<void> {
  const folders = await readdir(directory).catch(() => [])
  const references = await readdir(join(directory, 'refs'), { recursive: true }).catch(() => [])
  const objects = await readdir(join(directory, 'objects')).catch(() => [])
  const packs = await readdir(join(directory, 'objects', 'pack')).catch(() => [])
  const left = [
    ...folders.filter(name => isLock(name) || name.startsWith('fast_import_crash_')),
    ...references.filter(isLock).map(name => join('refs', name)),
    ...objects.filter(name => name.startsWith('tmp_objdir-')).map(name => join('objects', name)),
    ...packs.filter(name => name.startsWith('tmp_')).map(name => join('objects', 'pack', name)),
  ]
  for (const name of left) await rm(join(directory, name), { recursive: true, force: true })
}

const isLock = (name: string) => name.endsWith('.lock')
