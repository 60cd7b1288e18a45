import type { JobData } from '@aws-sdk/client-codepipeline'
import { table } from '../../../engine/index.ts'
import type { ActionKey } from './execution.ts'

/** One invocation of a function: a continuation is a new job. */
export interface Job {
  id: string
  /** Of the pipeline. */
  account: string
  /** Of the function: it may report with its own role too. */
  worker: string
  action: ActionKey
  status: 'InProgress' | 'Succeeded' | 'Failed'
  data: Omit<JobData, 'artifactCredentials'>
}

export const jobs = table<Job>('codepipeline/job') // [id]
