import { join } from 'node:path'
import { type Reader, table } from '../../engine/index.ts'
import type { Call, Demand, Env } from '../../gate/index.ts'
import { repositoryDoesNotExist, repositoryNameRequired } from './errors.ts'

export interface Repository {
  account: string
  region: string
  name: string
  id: string
  description?: string
  defaultBranch?: string
  created: number
  modified: number
  tags: Record<string, string>
}

export const repositories = table<Repository>('codecommit/repository') // [account, region, name]

export const arnOf = ({ account, region, name }: Pick<Repository, 'account' | 'region' | 'name'>) =>
  `arn:aws:codecommit:${region}:${account}:${name}`

/** By id, not by name: a rename moves nothing, and a repository made anew under an old name starts empty. */
export const directoryOf = (env: Pick<Env, 'directory'>, { account, region, id }: Repository) =>
  join(env.directory, 'codecommit', account, region, `${id}.git`)

export function repositoryOf(read: Reader, call: Call, name: string | undefined): Repository {
  if (!name) throw repositoryNameRequired()
  const found = repositories.get(read, call.account, call.region, name)
  if (found === undefined) throw repositoryDoesNotExist(name)
  return found
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodecommit.html */
export function demand(
  read: Reader,
  call: Call,
  action: string,
  name: string | undefined,
  context: Demand['context'] = {},
): Demand[] {
  if (!name) throw repositoryNameRequired()
  const tags = repositories.get(read, call.account, call.region, name)?.tags ?? {}
  const tagged = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])
  return [
    {
      action: `codecommit:${action}`,
      resource: arnOf({ account: call.account, region: call.region, name }),
      context: { ...Object.fromEntries(tagged), ...context },
    },
  ]
}

export const requestTags = (tags: Record<string, string> | undefined): Demand['context'] =>
  tags === undefined || Object.keys(tags).length === 0
    ? {}
    : {
        'aws:TagKeys': Object.keys(tags),
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      }

export const metadataOf = (env: Env, repository: Repository) => ({
  accountId: repository.account,
  repositoryId: repository.id,
  repositoryName: repository.name,
  ...(repository.description === undefined ? {} : { repositoryDescription: repository.description }),
  ...(repository.defaultBranch === undefined ? {} : { defaultBranch: repository.defaultBranch }),
  lastModifiedDate: new Date(repository.modified),
  creationDate: new Date(repository.created),
  cloneUrlHttp: cloneUrlHttp(env, repository.name),
  cloneUrlSsh: cloneUrlSsh(repository),
  Arn: arnOf(repository),
})

const cloneUrlHttp = (env: Pick<Env, 'endpoint'>, name: string) => `${env.endpoint()}/v1/repos/${name}`
const cloneUrlSsh = ({ region, name }: Repository) => `ssh://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`
