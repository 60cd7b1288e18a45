import type * as codecommit from '@aws-sdk/client-codecommit'
import { operation } from '../../gate/index.ts'
import { branchOf, makeDefault } from './ref.ts'
import { demand, metadataOf, repositories, repositoryOf } from './repository.ts'

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetRepository.html */
export const getRepository = operation<typeof codecommit, 'GetRepository'>({
  authorize: (input, { read, call }) => demand(read, call, 'GetRepository', input.repositoryName),
  run: ({ repositoryName }, { tx, call, env }) => ({
    repositoryMetadata: metadataOf(env, repositoryOf(tx, call, repositoryName)),
  }),
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListRepositories.html */
export const listRepositories = operation<typeof codecommit, 'ListRepositories'>({
  authorize: () => [{ action: 'codecommit:ListRepositories', resource: '*' }],
  run({ sortBy = 'repositoryName', order = 'ascending' }, { tx, call }) {
    const all = [...repositories.list(tx, call.account, call.region)]
    if (sortBy === 'lastModifiedDate') all.sort((a, b) => a.modified - b.modified)
    if (order === 'descending') all.reverse()
    return { repositories: all.map(({ name, id }) => ({ repositoryName: name, repositoryId: id })) }
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchGetRepositories.html */
export const batchGetRepositories = operation<typeof codecommit, 'BatchGetRepositories'>({
  authorize: (input, { read, call }) =>
    (input.repositoryNames ?? []).flatMap(name => demand(read, call, 'BatchGetRepositories', name)),
  run({ repositoryNames = [] }, { tx, call, env }) {
    const found = repositoryNames.map(name => [name, repositories.get(tx, call.account, call.region, name)] as const)
    return {
      repositories: found.flatMap(([, repository]) => (repository === undefined ? [] : [metadataOf(env, repository)])),
      repositoriesNotFound: found.flatMap(([name, repository]) => (repository === undefined ? [name] : [])),
    }
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateRepositoryDescription.html */
export const updateRepositoryDescription = operation<typeof codecommit, 'UpdateRepositoryDescription'>({
  authorize: (input, { read, call }) => demand(read, call, 'UpdateRepositoryDescription', input.repositoryName),
  run({ repositoryName, repositoryDescription }, { tx, call }) {
    const { description: _old, ...repository } = repositoryOf(tx, call, repositoryName)
    repositories.put(tx, [call.account, call.region, repository.name], {
      ...repository,
      ...(repositoryDescription === undefined ? {} : { description: repositoryDescription }),
      modified: call.now,
    })
    return {}
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateDefaultBranch.html */
export const updateDefaultBranch = operation<typeof codecommit, 'UpdateDefaultBranch'>({
  authorize: (input, { read, call }) => demand(read, call, 'UpdateDefaultBranch', input.repositoryName),
  run({ repositoryName, defaultBranchName = '' }, { tx, call, env }) {
    const repository = repositoryOf(tx, call, repositoryName)
    branchOf(tx, repository, defaultBranchName)
    makeDefault(tx, env, { ...repository, modified: call.now }, defaultBranchName)
    return {}
  },
})
