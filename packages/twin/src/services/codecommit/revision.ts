import type { FileModeTypeEnum } from '@aws-sdk/client-codecommit'
import type { Reader } from '../../engine/index.ts'
import { commitDoesNotExist } from './errors.ts'
import { GitFailed, git } from './git.ts'
import { refs } from './ref.ts'
import type { Repository } from './repository.ts'

/** A commit specifier is a branch, a tag, a full reference name or a commit id; absent: the default branch. */
export function revisionOf(read: Reader, repository: Repository, specifier: string | undefined): string {
  const name = specifier ?? repository.defaultBranch ?? ''
  if (/^[0-9a-f]{40}$/.test(name)) return name
  const found = [`refs/heads/${name}`, `refs/tags/${name}`, name]
    .map(full => refs.get(read, repository.id, full))
    .find(Boolean)
  if (found === undefined) throw commitDoesNotExist(name)
  return found
}

interface TreeEntry {
  mode: string
  type: string
  id: string
  size: number
  path: string
}

/** `git ls-tree`; a missing commit is AWS's error. */
export async function lsTree(
  directory: string,
  commit: string,
  path: string,
  flags: string[] = [],
): Promise<TreeEntry[]> {
  const output = await gitOr(commitDoesNotExist(commit), directory, [
    'ls-tree',
    '-z',
    '-l',
    '--full-tree',
    ...flags,
    '--',
    commit,
    ...(path === '' ? [] : [path]),
  ])
  return output
    .toString()
    .split('\0')
    .filter(Boolean)
    .map(line => {
      const [meta = '', file = ''] = line.split(/\t(.*)/s)
      const [mode = '', type = '', id = '', size = '0'] = meta.split(/ +/)
      return { mode, type, id, size: Number(size) || 0, path: file }
    })
}

export async function gitOr(error: Error, directory: string, args: string[], input?: Uint8Array): Promise<Buffer> {
  try {
    return await git(directory, args, input)
  } catch (cause) {
    throw cause instanceof GitFailed ? error : cause
  }
}

export const fileModeOf = (mode: string): FileModeTypeEnum =>
  mode === '100755' ? 'EXECUTABLE' : mode === '120000' ? 'SYMLINK' : 'NORMAL'
export const modeOf = (fileMode: string | undefined) =>
  fileMode === 'EXECUTABLE' ? '100755' : fileMode === 'SYMLINK' ? '120000' : '100644'
