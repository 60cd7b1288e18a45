import type * as codecommit from '@aws-sdk/client-codecommit'
import type { Tx } from '../../engine/index.ts'
import { type Context, operation, type TxContext } from '../../gate/index.ts'
import { differences, emptyTree } from './commits.ts'
import {
  branchNameRequired,
  fileContentRequired,
  fileDoesNotExist,
  invalidBranchName,
  invalidPath,
  noChange,
  parentCommitIdOutdated,
  parentCommitIdRequired,
  sameFileContent,
} from './errors.ts'
import { git, gitNow } from './git.ts'
import { recordRefs, refs, restoreRefs } from './ref.ts'
import { demand, directoryOf, repositoryOf } from './repository.ts'
import { fileModeOf, gitOr, lsTree, modeOf } from './revision.ts'

interface Written {
  commitId: string
  treeId: string
  parent: string | undefined
  changes: codecommit.Difference[]
  /** Keeps the new objects from being lost until the branch has them. */
  temporary: string
}

const parentOf = (read: Context['read'], id: string, branch: string, parent: string | undefined) => {
  const tip = refs.get(read, id, `refs/heads/${branch}`)
  if (tip !== undefined && parent === undefined) throw parentCommitIdRequired()
  if (tip !== parent) throw parentCommitIdOutdated(branch)
  return tip
}

const safe = (path: string | undefined) => {
  const plain = (path ?? '').replace(/^\/+/, '')
  if (plain === '' || plain.split('/').some(part => ['', '.', '..', '.git'].includes(part)) || /[\n\0]/.test(plain)) {
    throw invalidPath(path ?? '')
  }
  return plain
}

const quoted = (path: string) => `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

async function write(input: codecommit.CreateCommitInput, { read, call, env }: Context): Promise<Written> {
  const { branchName: branch } = input
  if (!branch) throw branchNameRequired()
  const repository = repositoryOf(read, call, input.repositoryName)
  const directory = directoryOf(env, repository)
  const parent = parentOf(read, repository.id, branch, input.parentCommitId)
  await gitOr(invalidBranchName(branch), directory, ['check-ref-format', `refs/heads/${branch}`])
  const temporary = `refs/imports/${env.ids.uuid()}`
  const parts: (string | Uint8Array)[] = []
  const author = input.authorName ?? call.principal.arn.split('/').at(-1) ?? call.principal.arn
  const message = Buffer.from(input.commitMessage ?? '')
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '')
  parts.push(
    `commit ${temporary}\ncommitter ${clean(author)} <${clean(input.email ?? '')}> ${Math.floor(call.now / 1000)} +0000\n`,
  )
  parts.push(`data ${message.length}\n`, message, '\n', parent === undefined ? '' : `from ${parent}\n`)
  for (const { filePath } of input.deleteFiles ?? []) {
    const path = safe(filePath)
    if (parent === undefined || (await lsTree(directory, parent, path)).length === 0) throw fileDoesNotExist(path)
    parts.push(`D ${quoted(path)}\n`)
  }
  for (const { filePath, fileMode, fileContent, sourceFile } of input.putFiles ?? []) {
    const path = quoted(safe(filePath))
    if (sourceFile !== undefined) {
      const from = safe(sourceFile.filePath)
      if (parent === undefined || (await lsTree(directory, parent, from)).length === 0) throw fileDoesNotExist(from)
      parts.push(`${sourceFile.isMove === true ? 'R' : 'C'} ${quoted(from)} ${path}\n`)
    } else {
      if (fileContent === undefined) throw fileContentRequired()
      parts.push(`M ${modeOf(fileMode)} inline ${path}\ndata ${fileContent.length}\n`, fileContent, '\n')
    }
  }
  for (const { filePath, fileMode } of input.setFileModes ?? []) {
    const path = safe(filePath)
    const [entry] = parent === undefined ? [] : await lsTree(directory, parent, path)
    if (entry === undefined) throw fileDoesNotExist(path)
    parts.push(`M ${modeOf(fileMode)} ${entry.id} ${quoted(path)}\n`)
  }
  // What is left to refuse are paths: `.GIT`, a NUL, a folder below a file.
  const paths = [...(input.putFiles ?? []), ...(input.deleteFiles ?? [])].map(({ filePath }) => filePath)
  const bytes = Buffer.concat(parts.map(part => Buffer.from(part)))
  await gitOr(invalidPath(paths.join(', ')), directory, ['fast-import', '--quiet'], bytes)
  const ids = (await git(directory, ['rev-parse', temporary, `${temporary}^{tree}`])).toString().trim().split('\n')
  const commitId = ids[0] ?? ''
  const changes = await differences(directory, parent ?? emptyTree, commitId)
  if (changes.length === 0) await git(directory, ['update-ref', '-d', temporary])
  return { commitId, treeId: ids[1] ?? '', parent, changes, temporary }
}

function move(
  input: { repositoryName?: string | undefined; branchName?: string | undefined },
  context: TxContext,
  written: Written,
): void {
  const { call, env } = context
  const tx: Tx = context.tx
  const repository = repositoryOf(tx, call, input.repositoryName)
  const branch = input.branchName ?? ''
  parentOf(tx, repository.id, branch, written.parent)
  const zero = '0'.repeat(40)
  const commands = [
    `update refs/heads/${branch} ${written.commitId} ${written.parent ?? zero}`,
    `delete ${written.temporary}`,
  ]
  tx.undone(() => restoreRefs(env, repository))
  gitNow(directoryOf(env, repository), ['update-ref', '--stdin'], `${commands.join('\n')}\n`)
  recordRefs(tx, env, repository, { arn: call.principal.arn, cause: call.cause }, `refs/heads/${branch}`)
}

const fileOf = (blob: codecommit.BlobMetadata | undefined) => ({
  absolutePath: blob?.path,
  blobId: blob?.blobId,
  fileMode: fileModeOf(blob?.mode ?? ''),
})

const reference = (branch: string | undefined) => ({
  'codecommit:References': branch === undefined ? undefined : `refs/heads/${branch}`,
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateCommit.html */
export const createCommit = operation<typeof codecommit, 'CreateCommit', Written>({
  authorize: (input, { read, call }) =>
    demand(read, call, 'CreateCommit', input.repositoryName, reference(input.branchName)),
  async stage(input, context) {
    const written = await write(input, context)
    if (written.changes.length === 0) throw noChange()
    return written
  },
  run(input, context, written) {
    move(input, context, written)
    const of = (type: string) => written.changes.filter(({ changeType }) => changeType === type)
    return {
      commitId: written.commitId,
      treeId: written.treeId,
      filesAdded: of('A').map(({ afterBlob }) => fileOf(afterBlob)),
      filesUpdated: of('M').map(({ afterBlob }) => fileOf(afterBlob)),
      filesDeleted: of('D').map(({ beforeBlob }) => fileOf(beforeBlob)),
    }
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_PutFile.html */
export const putFile = operation<typeof codecommit, 'PutFile', Written>({
  authorize: (input, { read, call }) =>
    demand(read, call, 'PutFile', input.repositoryName, reference(input.branchName)),
  async stage(input, context) {
    const { repositoryName, branchName, parentCommitId, commitMessage, email, name, filePath, fileContent, fileMode } =
      input
    const putFiles = [{ filePath, fileContent, ...(fileMode === undefined ? {} : { fileMode }) }]
    const commit = { repositoryName, branchName, parentCommitId, commitMessage, email, authorName: name, putFiles }
    const written = await write(commit, context)
    if (written.changes.length === 0) throw sameFileContent()
    return written
  },
  run(input, context, written) {
    move(input, context, written)
    const { commitId, treeId, changes } = written
    return { commitId, treeId, blobId: changes[0]?.afterBlob?.blobId }
  },
})
