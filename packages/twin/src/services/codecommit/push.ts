import { type Cause, type Tx, table, type WorkKind } from '../../engine/index.ts'
import { type Call, type Env, internalOperation } from '../../gate/index.ts'
import { removeLocks } from './git.ts'
import { recordRefs, restoreRefs } from './ref.ts'
import { demand, directoryOf, type Repository, repositories, repositoryOf } from './repository.ts'

// What git over HTTP does, as operations: authorised and audited like any call.

interface GitInput {
  repositoryName: string
  /** The references a push would move: codecommit:References. Absent while they are only advertised. */
  references?: string[]
  push?: string
}

interface Push {
  repository: [string, string, string]
  id: string
  caller: { arn: string; cause: Cause }
}

/** Pushes that git may have carried out and that are not recorded yet. */
const pushes = table<Push>('codecommit/push') // [id]

/** https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html */
export const gitPull = internalOperation<GitInput, { directory: string }>({
  authorize: ({ repositoryName }, { read, call }) => demand(read, call, 'GitPull', repositoryName),
  run: ({ repositoryName }, { tx, call, env }) => ({
    directory: directoryOf(env, repositoryOf(tx, call, repositoryName)),
  }),
})

/**
 * codecommit:References is absent when the references are advertised, so that AWS's own example policy
 * (`Null: {codecommit:References: false}`) means here what it means there:
 * https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-conditional-branch.html
 */
export const gitPush = internalOperation<GitInput, { directory: string }>({
  authorize: ({ repositoryName, references }, { read, call }) =>
    references === undefined || references.length === 0
      ? demand(read, call, 'GitPush', repositoryName)
      : references.flatMap(name => demand(read, call, 'GitPush', repositoryName, { 'codecommit:References': name })),
  run({ repositoryName, push }, { tx, call, env }) {
    const repository = repositoryOf(tx, call, repositoryName)
    if (push === undefined) catchUp(tx, env, repository, call)
    else {
      pushes.put(tx, [push], {
        repository: [repository.account, repository.region, repository.name],
        id: repository.id,
        caller: { arn: call.principal.arn, cause: call.cause },
      })
    }
    return { directory: directoryOf(env, repository) }
  },
})

/**
 * Git may outlive the twin that started it, and move a reference after the record was made good. Who pushes then finds
 * everything up to date: the references are recorded before they are told.
 */
function catchUp(tx: Tx, env: Env, repository: Repository, call: Call): void {
  const busy = [...pushes.list(tx)].some(({ id }) => id === repository.id)
  if (!busy) recordRefs(tx, env, repository, { arn: call.principal.arn, cause: call.cause })
}

/** Part of a push that was authorised: demands nothing. */
export const recordPush = internalOperation<{ push: string }, Record<string, never>>({
  authorize: () => [],
  run({ push }, { tx, env }) {
    const known = pushes.get(tx, push)
    const repository = known && current(known, repositories.get(tx, ...known.repository))
    if (known !== undefined && repository !== undefined) recordRefs(tx, env, repository, known.caller)
    pushes.delete(tx, push)
    return {}
  },
})

const current = (push: Push, repository: Repository | undefined) =>
  repository?.id === push.id ? repository : undefined

/** A twin that was killed between git's change and its record records it when it is back. */
export async function resumePushes(env: Env): Promise<void> {
  const pushed = new Set([...pushes.list(env.store)].map(({ id }) => id))
  for (const repository of [...repositories.list(env.store)]) {
    await removeLocks(directoryOf(env, repository))
    if (!pushed.has(repository.id)) restoreRefs(env, repository)
  }
  env.store.transact(tx => {
    for (const [[push], { caller }] of [...pushes.entries(tx, [])]) {
      env.works.start(tx, {
        id: `codecommit/push/${push}`,
        kind: pushWork.kind,
        state: { push: String(push) },
        cause: caller.cause,
      })
    }
  })
}

export const pushWork: WorkKind<{ push: string }, Env> = {
  kind: 'codecommit/push',
  async step({ state }, _io, env) {
    return {
      state,
      next: { when: 'done' },
      commit(tx) {
        const known = pushes.get(tx, state.push)
        const repository = known && current(known, repositories.get(tx, ...known.repository))
        if (known !== undefined && repository !== undefined) recordRefs(tx, env, repository, known.caller)
        pushes.delete(tx, state.push)
      },
    }
  },
}
