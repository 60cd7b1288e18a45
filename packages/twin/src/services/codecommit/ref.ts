import { because, type Cause, type Reader, type Tx, table } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { branchDoesNotExist } from './errors.ts'
import { gitNow } from './git.ts'
import { arnOf, directoryOf, type Repository, repositories } from './repository.ts'

/** The references as the last recorded push left them: what the API answers, and what the next push is compared with. */
export const refs = table<string>('codecommit/ref') // [repository id, full name] → commit

export const branchOf = (read: Reader, repository: Repository, branch: string): string => {
  const commit = refs.get(read, repository.id, `refs/heads/${branch}`)
  if (commit === undefined) throw branchDoesNotExist(branch)
  return commit
}

export const branchesOf = (read: Reader, repository: Repository): string[] =>
  [...refs.entries(read, [repository.id])]
    .map(([key]) => String(key[1]))
    .filter(isBranch)
    .map(shortName)

const isBranch = (name: string) => name.startsWith('refs/heads/')
const shortName = (name: string) => name.replace(/^refs\/(heads|tags)\//, '')

const actual = (directory: string): Map<string, string> => {
  const lines = gitNow(directory, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'])
  return new Map(
    lines
      .split('\n')
      .filter(Boolean)
      .map(line => [line.slice(41), line.slice(0, 40)]),
  )
}

/**
 * Compares the repository with what is recorded, records the difference and emits an event for each reference, in one
 * transaction: https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html
 */
export function recordRefs(
  tx: Tx,
  env: Env,
  repository: Repository,
  caller: { arn: string; cause: Cause },
  only?: string,
): void {
  const directory = directoryOf(env, repository)
  const now = actual(directory)
  const before = new Map([...refs.entries(tx, [repository.id])].map(([key, commit]) => [String(key[1]), commit]))
  for (const name of new Set([...now.keys(), ...before.keys()])) {
    const [commit, old] = [now.get(name), before.get(name)]
    if (commit === old || (only !== undefined && name !== only)) continue
    if (commit === undefined) refs.delete(tx, repository.id, name)
    else refs.put(tx, [repository.id, name], commit)
    emit(tx, env, repository, caller, name, commit, old)
  }
  if (repository.defaultBranch !== undefined) return
  const first = now.has('refs/heads/main') ? 'refs/heads/main' : [...now.keys()].find(isBranch)
  if (first !== undefined) makeDefault(tx, env, repository, shortName(first))
}

/** Puts references back to what is recorded: what a call had moved when the twin was killed before its commit. */
export function restoreRefs(env: Env, repository: Repository): void {
  const directory = directoryOf(env, repository)
  const now = actual(directory)
  const recorded = new Map(
    [...refs.entries(env.store, [repository.id])].map(([key, commit]) => [String(key[1]), commit]),
  )
  const commands = [...new Set([...now.keys(), ...recorded.keys()])]
    .filter(name => now.get(name) !== recorded.get(name))
    .map(name => (recorded.has(name) ? `update ${name} ${recorded.get(name)}` : `delete ${name}`))
  if (commands.length > 0) gitNow(directory, ['update-ref', '--stdin'], `${commands.join('\n')}\n`)
}

/** The default branch is also what a clone checks out. */
export function makeDefault(tx: Tx, env: Env, repository: Repository, branch: string): void {
  repositories.put(tx, [repository.account, repository.region, repository.name], {
    ...repository,
    defaultBranch: branch,
  })
  gitNow(directoryOf(env, repository), ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
}

function emit(
  tx: Tx,
  env: Env,
  repository: Repository,
  caller: { arn: string; cause: Cause },
  name: string,
  commit: string | undefined,
  old: string | undefined,
): void {
  const arn = arnOf(repository)
  const at = commit ?? old ?? ''
  env.events.emit(tx, {
    source: 'aws.codecommit',
    detailType: 'CodeCommit Repository State Change',
    account: repository.account,
    region: repository.region,
    resources: [arn],
    detail: {
      callerUserArn: caller.arn,
      commitId: at,
      event: commit === undefined ? 'referenceDeleted' : old === undefined ? 'referenceCreated' : 'referenceUpdated',
      ...(old === undefined ? {} : { oldCommitId: old }),
      referenceFullName: name,
      referenceName: shortName(name),
      referenceType: isBranch(name) ? 'branch' : 'tag',
      repositoryId: repository.id,
      repositoryName: repository.name,
    },
    cause: because(caller.cause, { kind: 'push', id: `${arn}@${at}`, name: `${repository.name} ${shortName(name)}` }),
  })
}
