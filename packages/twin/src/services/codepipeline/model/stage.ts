import { type Reader, type Tx, table } from '../../../engine/index.ts'
import type { Execution } from './execution.ts'
import type { PipelineKey } from './pipeline.ts'

/** What a stage of a pipeline holds: at most one execution, and one that waits before it. */
export interface Stage {
  running?: string
  waiting?: string
  latest?: { execution: string; status: 'InProgress' | 'Failed' | 'Succeeded' | 'Stopped' | 'Stopping' }
  /** Newest execution of each action. */
  actions: Record<string, { execution: string; attempt: number; id: string }>
  disabled?: { reason: string; by: string; at: number }
  changed?: { by: string; at: number }
}

export const stages = table<Stage>('codepipeline/stage') // [account, region, pipeline, stage]

export const stageRecord = (read: Reader, pipeline: PipelineKey, stage: string): Stage =>
  stages.get(read, ...pipeline, stage) ?? { actions: {} }

export const putStage = (tx: Tx, { account, region, pipeline }: Execution, stage: string, record: Stage) =>
  stages.put(tx, [account, region, pipeline, stage], record)
