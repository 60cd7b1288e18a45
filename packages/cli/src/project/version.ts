import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Failure } from '../report/failure.ts'
import { type Inputs, inputsOf } from './inputs.ts'
import { definitionAt } from './load.ts'
import { commitOf, mergeBase, revisionAt } from './revision.ts'

/** One of the two that are compared. */
export interface Version extends Inputs {
  readonly title: string
  /** what is to be said of how it was read */
  readonly notes: readonly string[]
}

type Given = Omit<NonNullable<Parameters<typeof inputsOf>[1]>, 'nameOf'>

/** What is compared, by a path or a revision; undefined: as it lies on disk. */
export type Named = { readonly path: string } | { readonly revision: string; readonly commit: string }

/** `main..`, `HEAD~1..HEAD`, `main...HEAD`, two revisions, two paths, or one of these and what lies on disk. */
export async function versionsNamed(words: readonly string[], path: string): Promise<[Named, Named]> {
  const [first = '', second] = words
  const range = existsSync(first) ? undefined : /^(.*?)(\.{2,3})(.*)$/.exec(first)
  if (range && second === undefined) {
    const [, left = '', dots, right = ''] = range
    const [before, after] = [await named(left || 'HEAD', path), right === '' ? { path } : await named(right, path)]
    if (dots === '..' || !('commit' in before)) return [before, after]
    const commit = await mergeBase(path, before.commit, 'commit' in after ? after.commit : 'HEAD')
    return [{ revision: commit.slice(0, 7), commit }, after]
  }
  return [await named(first, path), second === undefined ? { path } : await named(second, path)]
}

async function named(word: string, path: string): Promise<Named> {
  if (existsSync(word)) return { path: word }
  const commit = await commitOf(path, word)
  if (commit !== undefined) return { revision: word, commit }
  throw new Failure(
    `${word} is neither a file or folder here nor a revision of git`,
    'name two folders, two revisions (HEAD~1 HEAD), or a range (main..)',
  )
}

export async function versionOf(which: Named, path: string, given: Given = {}): Promise<Version> {
  if ('path' in which) {
    const nameOf = (file: string) => ownName(which.path, file)
    return { ...(await inputsOf([which.path], { ...given, nameOf })), title: which.path, notes: [] }
  }
  const revision = await revisionAt(path, which.revision, which.commit)
  const { title, directory, nameOf } = revision
  try {
    if (!revision.exists)
      return { inputs: [], findings: [], title, notes: [`${title} has nothing at ${path}: all is new, or gone`] }
    const definition = definitionAt(directory)
    const notes = definition ? [`${nameOf(definition)} is a program, and was run as it was then`] : []
    // What is said of a file on disk is said of the one that it was.
    const accounts = Object.entries(given.accounts ?? {}).flatMap(([name, id]) => [
      [name, id],
      [nameOf(join(directory, relative(path, name))), id],
    ])
    const asThen = { ...given, nameOf, accounts: Object.fromEntries(accounts) }
    return { ...(await inputsOf([directory], asThen)), title, notes }
  } finally {
    await revision.remove()
  }
}

/** A definition's templates are called as if they had been written beside it. */
function ownName(path: string, file: string): string {
  const made = relative(process.cwd(), resolve(file))
  return made.startsWith('tripoint.out') && path !== '.' ? join(path, made) : made
}
