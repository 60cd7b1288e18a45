import type { ActionDeclaration, StageDeclaration } from '@aws-sdk/client-codepipeline'
import type { Tx } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import { pipelineEvent, stageEvent } from '../model/event.ts'
import {
  actionExecutions,
  declarationOf,
  type Execution,
  executions,
  pipelineKey,
  putExecution,
} from '../model/execution.ts'
import { actionsOf } from '../model/pipeline.ts'
import { putStage, stageRecord } from '../model/stage.ts'
import { startAction } from './start-action.ts'

// How executions move through stages. Every function here runs inside the transaction of what caused the move, so there
// is no moment at which a crash could lose a step or make it twice.

/** Before stage `index`: in, if it is free and open; else waits, and supersedes whoever waits there. */
export function arrive(tx: Tx, env: Env, execution: Execution, index: number): void {
  const stage = declarationOf(tx, execution).stages?.[index]
  if (execution.status === 'Stopping' || stage === undefined) {
    end(tx, env, execution, execution.status === 'Stopping' ? 'Stopped' : 'Succeeded')
    return
  }
  const name = stage.name ?? ''
  const here = putExecution(tx, { ...execution, stage: index, succeeded: [], updated: env.clock.now() })
  const record = stageRecord(tx, pipelineKey(here), name)
  if (record.running === undefined && record.disabled === undefined) {
    enter(tx, env, here, stage)
    return
  }
  if (record.waiting !== undefined) {
    const other = executions.get(tx, ...pipelineKey(here), record.waiting)
    if (other !== undefined) end(tx, env, other, 'Superseded')
  }
  putStage(tx, here, name, { ...stageRecord(tx, pipelineKey(here), name), waiting: here.id })
}

export function enter(tx: Tx, env: Env, execution: Execution, stage: StageDeclaration, resumed = false): void {
  const name = stage.name ?? ''
  const { waiting, ...record } = stageRecord(tx, pipelineKey(execution), name)
  putStage(tx, execution, name, {
    ...record,
    ...(waiting === undefined || waiting === execution.id ? {} : { waiting }),
    running: execution.id,
    latest: { execution: execution.id, status: 'InProgress' },
  })
  stageEvent(tx, env, execution, name, resumed ? 'RESUMED' : 'STARTED')
  proceed(tx, env, execution, stage)
}

/** Called when an action of the stage has ended, too: the next run order, or the end of the stage. */
export function proceed(tx: Tx, env: Env, current: Execution, stage: StageDeclaration): void {
  const execution = executions.get(tx, ...pipelineKey(current), current.id)
  if (execution === undefined || (execution.status !== 'InProgress' && execution.status !== 'Stopping')) return
  const name = stage.name ?? ''
  const record = stageRecord(tx, pipelineKey(execution), name)
  const tries = actionsOf(stage).flatMap(action => {
    const tried = record.actions[action.name ?? '']
    // Actions that a retry does not repeat, or not yet, were tried in an earlier attempt.
    if (tried?.execution !== execution.id || tried.attempt !== execution.attempt) return []
    return [actionExecutions.get(tx, ...pipelineKey(execution), execution.id, tried.id)?.status]
  })
  if (tries.includes('InProgress')) return
  if (execution.status === 'Stopping' || tries.includes('Failed')) {
    end(tx, env, execution, execution.status === 'Stopping' ? 'Stopped' : 'Failed')
    return
  }
  const left = actionsOf(stage).filter(action => !execution.succeeded.includes(action.name ?? ''))
  const first = Math.min(...left.map(runOrder))
  const next = left.filter(action => runOrder(action) === first)
  for (const action of next) startAction(tx, env, execution, name, action)
  if (next.length === 0) succeed(tx, env, execution, name)
  // What could not even start has ended already.
  else proceed(tx, env, execution, stage)
}

const runOrder = ({ runOrder = 1 }: ActionDeclaration) => runOrder

function succeed(tx: Tx, env: Env, execution: Execution, stage: string): void {
  leave(tx, execution, stage, 'Succeeded')
  stageEvent(tx, env, execution, stage, 'SUCCEEDED')
  arrive(tx, env, execution, execution.stage + 1)
  admit(tx, env, execution, stage)
}

function leave(tx: Tx, execution: Execution, stage: string, status: 'Succeeded' | 'Failed' | 'Stopped'): void {
  const { running, ...record } = stageRecord(tx, pipelineKey(execution), stage)
  if (running !== execution.id) return
  putStage(tx, execution, stage, { ...record, latest: { execution: execution.id, status } })
}

/** The one that waits before a stage enters it, if it can. */
export function admit(tx: Tx, env: Env, of: Pick<Execution, 'account' | 'region' | 'pipeline'>, stage: string): void {
  const key = [of.account, of.region, of.pipeline] as const
  const record = stageRecord(tx, key, stage)
  if (record.waiting === undefined || record.running !== undefined || record.disabled !== undefined) return
  const execution = executions.get(tx, ...key, record.waiting)
  const declared = execution && declarationOf(tx, execution).stages?.find(({ name }) => name === stage)
  if (execution === undefined || declared === undefined) return
  enter(tx, env, execution, declared)
}

const states: Record<Ending, string> = {
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Stopped: 'STOPPED',
  Superseded: 'SUPERSEDED',
}

type Ending = 'Succeeded' | 'Failed' | 'Stopped' | 'Superseded'

export function end(tx: Tx, env: Env, execution: Execution, status: Ending): void {
  const ended = putExecution(tx, { ...execution, status, updated: env.clock.now() })
  const stage = declarationOf(tx, ended).stages?.[ended.stage]?.name
  if (stage !== undefined) {
    const record = stageRecord(tx, pipelineKey(ended), stage)
    if (record.running === ended.id && status !== 'Superseded') {
      leave(tx, ended, stage, status)
      stageEvent(tx, env, ended, stage, states[status])
    }
    if (record.waiting === ended.id) {
      const { waiting: _waiting, ...free } = stageRecord(tx, pipelineKey(ended), stage)
      putStage(tx, ended, stage, free)
    }
  }
  pipelineEvent(tx, env, ended, states[status])
  if (stage !== undefined) admit(tx, env, ended, stage)
}
