import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { Failure } from '../report/failure.ts'

/** A folder as it was at a revision of its repository, written out somewhere else; the repository itself is only read. */
export interface Revision {
  /** `HEAD~1 (44866e5)` */
  readonly title: string
  /** what lay at the path, there or not */
  readonly directory: string
  readonly exists: boolean
  nameOf(path: string): string
  remove(): Promise<void>
}

const MOST_FILES = 5_000
const MOST_BYTES = 200_000_000

/** The commit, where git knows the revision. */
export const commitOf = async (path: string, revision: string): Promise<string | undefined> =>
  revision.startsWith('-')
    ? undefined
    : await git(folderOf(path), ['rev-parse', '--quiet', '--verify', `${revision}^{commit}`]).then(
        text => text.toString().trim(),
        () => undefined,
      )

export async function mergeBase(path: string, one: string, other: string): Promise<string> {
  const found = await git(folderOf(path), ['merge-base', one, other]).catch(() => undefined)
  if (found === undefined) throw new Failure(`${one} and ${other} have no commit in common`, `write ${one}..${other}`)
  return found.toString().trim()
}

export async function revisionAt(path: string, revision: string, commit: string): Promise<Revision> {
  const folder = folderOf(path)
  const top = (await git(folder, ['rev-parse', '--show-toplevel'])).toString().trim()
  const inside = relative(await realpath(top), join(await realpath(folder), relative(folder, resolve(path))))
  const root = await realpath(await mkdtemp(join(tmpdir(), 'tripoint-revision-')))
  const remove = () => rm(root, { recursive: true, force: true })
  try {
    const files = await filesOf(top, commit, inside)
    await write(top, root, files)
    await linkModules(resolve(path), join(root, inside))
    return {
      title: `${revision} (${commit.slice(0, 7)})`,
      directory: join(root, inside),
      exists: files.length > 0,
      nameOf: file => `${revision}:${within(root, file) ? relative(root, file) : relative(process.cwd(), file)}`,
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** What is gone by now was in a folder that is still there. */
function folderOf(path: string): string {
  let folder = resolve(path)
  while (!existsSync(folder) || !isFolder(folder)) folder = dirname(folder)
  return folder
}

const isFolder = (path: string): boolean => statSync(path).isDirectory()

interface Stored {
  readonly path: string
  readonly id: string
}

async function filesOf(top: string, commit: string, inside: string): Promise<Stored[]> {
  const listed = await git(top, [
    'ls-tree',
    '-r',
    '-l',
    '-z',
    '--full-tree',
    commit,
    ...(inside === '' ? [] : ['--', inside]),
  ])
  const entries = listed
    .toString()
    .split('\0')
    .flatMap(line => {
      const [, mode = '', id = '', size = '', path = ''] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? []
      // What a link points to may be anywhere.
      return mode.startsWith('100') ? [{ id, path, size: Number(size) }] : []
    })
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  if (entries.length > MOST_FILES || bytes > MOST_BYTES)
    throw new Failure(
      `${inside || 'the repository'} holds ${entries.length} files of ${bytes} bytes together`,
      'name the folder of the definition or the templates: --path DIR',
    )
  return entries
}

async function write(top: string, root: string, files: readonly Stored[]): Promise<void> {
  for (const { path, id } of files) {
    const target = resolve(root, path)
    if (!within(root, target))
      throw new Failure(`the repository holds a file called ${path}`, 'such a tree is not to be trusted')
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, await git(top, ['cat-file', 'blob', id]))
  }
}

/** A definition of then imports what is installed now. */
async function linkModules(path: string, directory: string): Promise<void> {
  for (let folder = path; ; folder = dirname(folder)) {
    const installed = join(folder, 'node_modules')
    if (existsSync(installed)) {
      await mkdir(directory, { recursive: true })
      await symlink(installed, join(directory, 'node_modules')).catch(() => {})
      return
    }
    if (dirname(folder) === folder) return
  }
}

function within(root: string, path: string): boolean {
  const inside = relative(root, path)
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}

function git(cwd: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((done, fail) =>
    execFile('git', [...args], { cwd, encoding: 'buffer', maxBuffer: MOST_BYTES }, (error, out) =>
      error ? fail(error) : done(out),
    ),
  )
}
