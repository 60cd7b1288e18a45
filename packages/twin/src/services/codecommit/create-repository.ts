import type * as codecommit from '@aws-sdk/client-codecommit'
import { discard, notImplemented } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import {
  invalidRepositoryName,
  repositoryDoesNotExist,
  repositoryNameExists,
  repositoryNameRequired,
} from './errors.ts'
import { createRepository as makeDirectory } from './git.ts'
import { refs } from './ref.ts'
import { demand, directoryOf, metadataOf, type Repository, repositories, requestTags } from './repository.ts'

const nameRule = /^(?!.*\.git$)[\w.-]{1,100}$/

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateRepository.html */
export const createRepository = operation<typeof codecommit, 'CreateRepository', { id: string }>({
  authorize: (input, { read, call }) => {
    if (input.kmsKeyId !== undefined) throw notImplemented('codecommit:CreateRepository with kmsKeyId')
    return demand(read, call, 'CreateRepository', input.repositoryName, requestTags(input.tags))
  },
  async stage({ repositoryName: name }, { read, call, env }) {
    if (name === undefined || name === '') throw repositoryNameRequired()
    if (!nameRule.test(name)) throw invalidRepositoryName(name)
    if (repositories.get(read, call.account, call.region, name) !== undefined) throw repositoryNameExists(name)
    const id = env.ids.uuid()
    const directory = directoryOf(env, { account: call.account, region: call.region, id } as Repository)
    await makeDirectory(directory).catch(error => {
      discard(directory)
      throw error
    })
    return { id }
  },
  run({ repositoryName: name = '', repositoryDescription: description, tags }, { tx, call, env }, { id }) {
    const key = [call.account, call.region, name] as const
    if (repositories.get(tx, ...key) !== undefined) throw repositoryNameExists(name)
    const repository = repositories.put(tx, key, {
      account: call.account,
      region: call.region,
      name,
      id,
      ...(description === undefined ? {} : { description }),
      created: call.now,
      modified: call.now,
      tags: tags ?? {},
    })
    tx.undone(() => discard(directoryOf(env, repository)))
    return { repositoryMetadata: metadataOf(env, repository) }
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeleteRepository.html: a missing one is no error. */
export const deleteRepository = operation<typeof codecommit, 'DeleteRepository'>({
  authorize: (input, { read, call }) => demand(read, call, 'DeleteRepository', input.repositoryName),
  run({ repositoryName: name = '' }, { tx, call, env }) {
    const repository = repositories.get(tx, call.account, call.region, name)
    if (repository === undefined) return {}
    repositories.delete(tx, call.account, call.region, name)
    for (const [key] of [...refs.entries(tx, [repository.id])]) refs.delete(tx, ...key)
    tx.after(() => discard(directoryOf(env, repository)))
    return { repositoryId: repository.id }
  },
})

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateRepositoryName.html */
export const updateRepositoryName = operation<typeof codecommit, 'UpdateRepositoryName'>({
  authorize: ({ oldName, newName }, { read, call }) => [
    ...demand(read, call, 'UpdateRepositoryName', oldName),
    ...demand(read, call, 'UpdateRepositoryName', newName),
  ],
  run({ oldName = '', newName = '' }, { tx, call }) {
    if (!nameRule.test(newName)) throw invalidRepositoryName(newName)
    const repository = repositories.get(tx, call.account, call.region, oldName)
    if (repository === undefined) throw repositoryDoesNotExist(oldName)
    if (repositories.get(tx, call.account, call.region, newName) !== undefined) throw repositoryNameExists(newName)
    repositories.delete(tx, call.account, call.region, oldName)
    repositories.put(tx, [call.account, call.region, newName], { ...repository, name: newName, modified: call.now })
    return {}
  },
})
