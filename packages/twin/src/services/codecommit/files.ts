import type * as codecommit from '@aws-sdk/client-codecommit'
import { operation } from '../../gate/index.ts'
import { blobDoesNotExist, fileDoesNotExist, folderDoesNotExist } from './errors.ts'
import { git } from './git.ts'
import { demand, directoryOf, repositoryOf } from './repository.ts'
import { fileModeOf, gitOr, lsTree, revisionOf } from './revision.ts'

const plain = (path: string) => path.replace(/^\/+|\/+$/g, '')

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetFile.html */
export const getFile = operation<typeof codecommit, 'GetFile', codecommit.GetFileOutput>({
  authorize: (input, { read, call }) => demand(read, call, 'GetFile', input.repositoryName),
  async stage({ repositoryName, commitSpecifier, filePath = '' }, { read, call, env }) {
    const repository = repositoryOf(read, call, repositoryName)
    const commitId = revisionOf(read, repository, commitSpecifier)
    const directory = directoryOf(env, repository)
    const path = plain(filePath)
    const [entry] = path === '' ? [] : await lsTree(directory, commitId, path)
    if (entry === undefined || entry.type !== 'blob') throw fileDoesNotExist(filePath)
    const fileContent = new Uint8Array(await git(directory, ['cat-file', 'blob', entry.id]))
    const fileMode = fileModeOf(entry.mode)
    return { commitId, blobId: entry.id, filePath: path, fileMode, fileSize: fileContent.length, fileContent }
  },
  run: (_input, _context, file) => file,
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetBlob.html */
export const getBlob = operation<typeof codecommit, 'GetBlob', Uint8Array>({
  authorize: (input, { read, call }) => demand(read, call, 'GetBlob', input.repositoryName),
  async stage({ repositoryName, blobId = '' }, { read, call, env }) {
    const repository = repositoryOf(read, call, repositoryName)
    const missing = blobDoesNotExist(blobId)
    if (!/^[0-9a-f]{40}$/.test(blobId)) throw missing
    return new Uint8Array(await gitOr(missing, directoryOf(env, repository), ['cat-file', 'blob', blobId]))
  },
  run: (_input, _context, content) => ({ content }),
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetFolder.html */
export const getFolder = operation<typeof codecommit, 'GetFolder', codecommit.GetFolderOutput>({
  authorize: (input, { read, call }) => demand(read, call, 'GetFolder', input.repositoryName),
  async stage({ repositoryName, commitSpecifier, folderPath = '' }, { read, call, env }) {
    const repository = repositoryOf(read, call, repositoryName)
    const commitId = revisionOf(read, repository, commitSpecifier)
    const directory = directoryOf(env, repository)
    const path = plain(folderPath)
    const missing = folderDoesNotExist(folderPath)
    const treeId = (await gitOr(missing, directory, ['rev-parse', '--verify', `${commitId}:${path}`])).toString().trim()
    const entries = await lsTree(directory, treeId, '')
    const named = (entry: { path: string }) => ({
      absolutePath: path === '' ? entry.path : `${path}/${entry.path}`,
      relativePath: entry.path,
    })
    const blobs = entries.filter(({ type }) => type === 'blob')
    const file = (entry: (typeof blobs)[number]) => ({
      blobId: entry.id,
      ...named(entry),
      fileMode: fileModeOf(entry.mode),
    })
    return {
      commitId,
      folderPath: path,
      treeId,
      subFolders: entries.filter(({ type }) => type === 'tree').map(entry => ({ treeId: entry.id, ...named(entry) })),
      files: blobs.filter(({ mode }) => mode !== '120000').map(file),
      symbolicLinks: blobs.filter(({ mode }) => mode === '120000').map(file),
      subModules: entries
        .filter(({ type }) => type === 'commit')
        .map(entry => ({ commitId: entry.id, ...named(entry) })),
    }
  },
  run: (_input, _context, folder) => folder,
})
