import type * as codecommit from '@aws-sdk/client-codecommit'
import { operation } from '../../gate/index.ts'
import {
  branchNameExists,
  branchNameRequired,
  commitIdDoesNotExist,
  defaultBranchCannotBeDeleted,
  invalidBranchName,
} from './errors.ts'
import { GitFailed, gitNow } from './git.ts'
import { branchesOf, branchOf, recordRefs, refs, restoreRefs } from './ref.ts'
import { demand, directoryOf, repositoryOf } from './repository.ts'

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetBranch.html */
export const getBranch = operation<typeof codecommit, 'GetBranch'>({
  authorize: (input, { read, call }) => demand(read, call, 'GetBranch', input.repositoryName),
  run({ repositoryName, branchName }, { tx, call }) {
    if (!branchName) throw branchNameRequired()
    const repository = repositoryOf(tx, call, repositoryName)
    return { branch: { branchName, commitId: branchOf(tx, repository, branchName) } }
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListBranches.html */
export const listBranches = operation<typeof codecommit, 'ListBranches'>({
  authorize: (input, { read, call }) => demand(read, call, 'ListBranches', input.repositoryName),
  run: ({ repositoryName }, { tx, call }) => ({ branches: branchesOf(tx, repositoryOf(tx, call, repositoryName)) }),
})

const reference = (branch: string | undefined) => {
  if (!branch) throw branchNameRequired()
  return `refs/heads/${branch}`
}

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateBranch.html */
export const createBranch = operation<typeof codecommit, 'CreateBranch'>({
  authorize: ({ repositoryName, branchName }, { read, call }) =>
    demand(read, call, 'CreateBranch', repositoryName, { 'codecommit:References': reference(branchName) }),
  run({ repositoryName, branchName = '', commitId = '' }, { tx, call, env }) {
    const repository = repositoryOf(tx, call, repositoryName)
    const name = reference(branchName)
    if (refs.get(tx, repository.id, name) !== undefined) throw branchNameExists(branchName)
    const directory = directoryOf(env, repository)
    if (!/^[0-9a-f]{40}$/.test(commitId)) throw commitIdDoesNotExist(commitId)
    within(() => gitNow(directory, ['check-ref-format', name]), invalidBranchName(branchName))
    tx.undone(() => restoreRefs(env, repository))
    within(() => gitNow(directory, ['update-ref', name, commitId]), commitIdDoesNotExist(commitId))
    recordRefs(tx, env, repository, { arn: call.principal.arn, cause: call.cause }, name)
    return {}
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeleteBranch.html: a missing one is no error. */
export const deleteBranch = operation<typeof codecommit, 'DeleteBranch'>({
  authorize: ({ repositoryName, branchName }, { read, call }) =>
    demand(read, call, 'DeleteBranch', repositoryName, { 'codecommit:References': reference(branchName) }),
  run({ repositoryName, branchName = '' }, { tx, call, env }) {
    const repository = repositoryOf(tx, call, repositoryName)
    const name = reference(branchName)
    const commitId = refs.get(tx, repository.id, name)
    if (commitId === undefined) return {}
    if (repository.defaultBranch === branchName) throw defaultBranchCannotBeDeleted(branchName)
    tx.undone(() => restoreRefs(env, repository))
    gitNow(directoryOf(env, repository), ['update-ref', '-d', name])
    recordRefs(tx, env, repository, { arn: call.principal.arn, cause: call.cause }, name)
    return { deletedBranch: { branchName, commitId } }
  },
})

function within<T>(task: () => T, error: Error): T {
  try {
    return task()
  } catch (cause) {
    throw cause instanceof GitFailed ? error : cause
  }
}
