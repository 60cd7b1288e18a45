import type { ActionDeclaration } from '@aws-sdk/client-codepipeline'
import { because, type Tx } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import { actionEvent } from '../model/event.ts'
import {
  type ActionExecution,
  type ActionKey,
  type Artifact,
  actionExecutions,
  actionKey,
  declarationOf,
  type Execution,
  pipelineKey,
} from '../model/execution.ts'
import { putStage, stageRecord } from '../model/stage.ts'
import { resolve } from '../model/variable.ts'
import { settle } from './settle.ts'

export const actionWorkKind = 'codepipeline/action'
export const actionWorkId = (id: string) => `codepipeline/action/${id}`

export interface ActionWork {
  key: ActionKey
  /** What the kind of action remembers from step to step. */
  memory?: unknown
  /** Sessions in use, by access key id: assumed again when they near their end. */
  sessions: { service?: string; action?: string }
}

export function startAction(tx: Tx, env: Env, execution: Execution, stage: string, declared: ActionDeclaration): void {
  const now = env.clock.now()
  const id = env.ids.uuid()
  const name = declared.name ?? ''
  const { resolved, unresolved } = resolve(declared.configuration ?? {}, execution)
  const before = [...actionExecutions.list(tx, ...pipelineKey(execution), execution.id)].length
  const action: ActionExecution = {
    account: execution.account,
    region: execution.region,
    pipeline: execution.pipeline,
    execution: execution.id,
    id,
    order: before,
    version: execution.version,
    stage,
    action: name,
    type: declared.actionTypeId ?? { category: 'Source', owner: 'AWS', provider: '', version: '1' },
    status: 'InProgress',
    started: now,
    updated: now,
    configuration: declared.configuration ?? {},
    resolved,
    ...(declared.roleArn === undefined ? {} : { roleArn: declared.roleArn }),
    actionRegion: declared.region ?? execution.region,
    ...(declared.namespace === undefined ? {} : { namespace: declared.namespace }),
    inputs: (declared.inputArtifacts ?? []).flatMap(({ name = '' }) => execution.artifacts[name] ?? []),
    outputs: (declared.outputArtifacts ?? []).map(({ name = '' }) => placeOf(tx, env, execution, name)),
    ...(declared.actionTypeId?.category === 'Approval' ? { token: env.ids.uuid() } : {}),
  }
  actionExecutions.put(tx, actionKey(action), action)
  const record = stageRecord(tx, pipelineKey(execution), stage)
  const tried = { execution: execution.id, attempt: execution.attempt, id }
  putStage(tx, execution, stage, { ...record, actions: { ...record.actions, [name]: tried } })
  actionEvent(tx, env, execution, action, 'STARTED')
  if (unresolved.length > 0) {
    const message = `The action configuration has variables that could not be resolved: ${unresolved.join(', ')}`
    settle(tx, env, actionKey(action), { failed: { code: 'ConfigurationError', message } })
    return
  }
  env.works.start<ActionWork>(tx, {
    id: actionWorkId(id),
    kind: actionWorkKind,
    state: { key: actionKey(action), sessions: {} },
    cause: because(execution.cause, { kind: 'action', id, name: `${stage}/${name}` }),
  })
}

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `PIPELINE/ARTIFACT/random`, cut to 20 and 10 characters, as AWS's keys are. */
function placeOf(tx: Tx, env: Env, execution: Execution, name: string): Artifact {
  const { artifactStore, artifactStores } = declarationOf(tx, execution)
  const bucket = (artifactStore ?? artifactStores?.[execution.region])?.location ?? ''
  const random = Array.from(env.ids.bytes(7), byte => characters[byte % characters.length]).join('')
  return { name, bucket, key: `${execution.pipeline.slice(0, 20)}/${name.slice(0, 10)}/${random}` }
}
