import { isAwsError, type WorkIo, type WorkKind } from '../../../engine/index.ts'
import type { Env, InvokeOptions } from '../../../gate/index.ts'
import type { ActionIo, Failed, Going, Succeeded } from '../actions/action-kind.ts'
import { bytesOf } from '../actions/archive.ts'
import { ArtifactRefused, bucketRefused, failed } from '../actions/failure.ts'
import { kindOf } from '../actions/kinds.ts'
import {
  type ActionExecution,
  type Artifact,
  actionExecutions,
  actionKey,
  declarationOf,
  type Execution,
  executions,
  pipelineKey,
} from '../model/execution.ts'
import { pipelineArn } from '../model/pipeline.ts'
import { proceed } from './advance.ts'
import { rolesOf } from './roles.ts'
import { settle } from './settle.ts'
import { type ActionWork, actionWorkKind } from './start-action.ts'

/** One action execution: assumes its roles, lets its kind take a step, and writes down what came of it. */
export const actionWork: WorkKind<ActionWork, Env> = {
  kind: actionWorkKind,
  async step({ state, cause }, io, env) {
    const action = actionExecutions.get(io.read, ...state.key)
    const execution = action && executions.get(io.read, ...pipelineKey(action), action.execution)
    const kind = kindOf(action?.type)
    if (action?.status !== 'InProgress' || execution === undefined || kind === undefined)
      return { state, next: { when: 'done' } }
    const declaration = declarationOf(io.read, execution)
    const roles = rolesOf(env, io, action, declaration.roleArn ?? '', cause, state.sessions)
    const stage = declaration.stages?.find(({ name }) => name === action.stage)
    const declared = stage?.actions?.find(({ name }) => name === action.action)
    const deadline = action.started + (declared?.timeoutInMinutes ?? kind.timeout) * 60_000

    const outcome = await attempt(async () => {
      if (env.clock.now() >= deadline && io.signals.length === 0) return timedOut(action)
      return kind.step(actionIo(env, io, action, execution, roles, cause), state.memory)
    })
    if (!('next' in outcome)) {
      return {
        state,
        next: { when: 'done' },
        commit(tx) {
          settle(tx, env, state.key, outcome)
          const settled = executions.get(tx, ...pipelineKey(action), action.execution)
          if (settled !== undefined && stage !== undefined) proceed(tx, env, settled, stage)
        },
      }
    }
    const next = outcome.next.when === 'signal' ? { when: 'deadline' as const, at: deadline } : outcome.next
    return {
      state: { ...state, memory: outcome.memory, sessions: roles.used },
      next,
      commit(tx) {
        outcome.commit?.(tx)
        const now = actionExecutions.get(tx, ...state.key)
        if (outcome.external === undefined || now?.status !== 'InProgress') return
        actionExecutions.put(tx, actionKey(now), { ...now, external: { ...now.external, ...outcome.external } })
      },
    }
  },
}

type Result = Succeeded | Failed | Going<unknown>

/** What a kind does not explain itself: a role that cannot be assumed, most of all. */
async function attempt(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof ArtifactRefused) return error.failure
    if (isAwsError(error))
      return failed(error.status === 403 || /Denied/.test(error.name) ? 'PermissionError' : 'JobFailed', error.message)
    throw error
  }
}

const timedOut = ({ type, action }: ActionExecution): Failed =>
  failed(
    'TimeoutError',
    type.category === 'Approval' ? `The approval ${action} has expired` : `The action ${action} timed out`,
  )

function actionIo(
  env: Env,
  io: WorkIo,
  action: ActionExecution,
  execution: Execution,
  roles: ReturnType<typeof rolesOf>,
  cause: InvokeOptions['cause'],
): ActionIo {
  const declaration = declarationOf(io.read, execution)
  const { account, region, pipeline: name } = action
  const encryptionKey = (declaration.artifactStore ?? declaration.artifactStores?.[region])?.encryptionKey
  const options = (token?: string): InvokeOptions => ({
    cause,
    region: action.actionRegion,
    ...(token === undefined ? {} : { token: io.token(token) }),
  })
  /** Artifacts of another account's bucket are read and written with the action's role: both sides must allow it. */
  const artifact = async <T>(at: Artifact, access: () => Promise<T>): Promise<T> => {
    try {
      return await access()
    } catch (error) {
      if (isAwsError(error)) throw new ArtifactRefused(bucketRefused(at.bucket, error))
      throw error
    }
  }
  return {
    action,
    execution,
    declaration,
    pipeline: { account, region, name, arn: pipelineArn(account, region, name) },
    configuration: action.resolved,
    env,
    signals: io.signals,
    as: roles.own,
    service: roles.service,
    options,
    call: async (service, operation, input, token) =>
      env.invoke(await roles.own(), service, operation, input, options(token)),
    read: async at => {
      const as = await roles.own()
      return artifact(at, async () => {
        // The version that is there now, by its id: that is why the service role's page names s3:GetObjectVersion as well.
        // https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
        const place = { Bucket: at.bucket, Key: at.key }
        const { VersionId } = await env.invoke(as, 's3', 'HeadObject', place, options())
        const version = VersionId === undefined ? place : { ...place, VersionId }
        const { Body } = await env.invoke(as, 's3', 'GetObject', version, options())
        return bytesOf(Body)
      })
    },
    write: async (at, zip) => {
      const as = await roles.own()
      const key = encryptionKey === undefined ? {} : { SSEKMSKeyId: encryptionKey.id ?? '' }
      const put = {
        Bucket: at.bucket,
        Key: at.key,
        Body: zip,
        ContentType: 'application/zip',
        ServerSideEncryption: 'aws:kms' as const,
        ...key,
      }
      await artifact(at, () => env.invoke(as, 's3', 'PutObject', put, options(`artifact/${at.name}`)))
    },
    encryptionKey: encryptionKey?.id === undefined ? undefined : { id: encryptionKey.id, type: 'KMS' },
  }
}
