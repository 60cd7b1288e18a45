import type * as codecommit from '@aws-sdk/client-codecommit'
import { operation } from '../../gate/index.ts'
import { commitIdDoesNotExist } from './errors.ts'
import { demand, directoryOf, repositoryOf } from './repository.ts'
import { gitOr, revisionOf } from './revision.ts'

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetCommit.html */
export const getCommit = operation<typeof codecommit, 'GetCommit', codecommit.Commit>({
  authorize: (input, { read, call }) => demand(read, call, 'GetCommit', input.repositoryName),
  async stage({ repositoryName, commitId = '' }, { read, call, env }) {
    const repository = repositoryOf(read, call, repositoryName)
    const missing = commitIdDoesNotExist(commitId)
    if (!/^[0-9a-f]{7,40}$/.test(commitId)) throw missing
    const text = (await gitOr(missing, directoryOf(env, repository), ['cat-file', 'commit', commitId])).toString()
    return parseCommit(commitId, text)
  },
  run: (_input, _context, commit) => ({ commit }),
})

function parseCommit(commitId: string, text: string): codecommit.Commit {
  const [head = '', message = ''] = text.split(/\n\n(.*)/s)
  const lines = head.split('\n').map(line => line.split(/ (.*)/s) as [string, string])
  const value = (name: string) => lines.find(([key]) => key === name)?.[1] ?? ''
  const user = (name: string) => {
    const [, person = '', email = '', date = ''] = /^(.*?) ?<(.*?)> (.*)$/.exec(value(name)) ?? []
    return { name: person, email, date }
  }
  return {
    commitId,
    treeId: value('tree'),
    parents: lines.filter(([key]) => key === 'parent').map(([, id]) => id),
    message,
    author: user('author'),
    committer: user('committer'),
    additionalData: '',
  }
}

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetDifferences.html */
export const getDifferences = operation<typeof codecommit, 'GetDifferences', codecommit.Difference[]>({
  authorize: (input, { read, call }) => demand(read, call, 'GetDifferences', input.repositoryName),
  async stage(input, { read, call, env }) {
    const repository = repositoryOf(read, call, input.repositoryName)
    const after = revisionOf(read, repository, input.afterCommitSpecifier)
    const before =
      input.beforeCommitSpecifier === undefined ? emptyTree : revisionOf(read, repository, input.beforeCommitSpecifier)
    const path = input.afterPath ?? input.beforePath
    return differences(directoryOf(env, repository), before, after, path)
  },
  run({ MaxResults = 400, NextToken }, _context, all) {
    const from = Number(NextToken ?? 0)
    const end = from + MaxResults
    return { differences: all.slice(from, end), ...(end < all.length ? { NextToken: String(end) } : {}) }
  },
})

export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** A rename is a deletion and an addition: AWS's change types are A, M and D. */
export async function differences(
  directory: string,
  before: string,
  after: string,
  path?: string,
): Promise<codecommit.Difference[]> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', before, after, ...(path === undefined ? [] : ['--', path])]
  const fields = (await gitOr(commitIdDoesNotExist(after), directory, args)).toString().split('\0')
  const found: codecommit.Difference[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [beforeMode = '', mode = '', beforeId = '', blobId = '', change = ''] = (fields[at] ?? '').slice(1).split(' ')
    const file = fields[at + 1] ?? ''
    found.push({
      ...(change === 'A' ? {} : { beforeBlob: { blobId: beforeId, path: file, mode: beforeMode } }),
      ...(change === 'D' ? {} : { afterBlob: { blobId, path: file, mode } }),
      changeType: change === 'A' || change === 'D' ? change : 'M',
    })
  }
  return found
}
