import type { ChangeSetStatus, ChangeSetType, ExecutionStatus, ResourceChange } from '@aws-sdk/client-cloudformation'
import { table } from '../../../engine/index.ts'
import type { Intent } from './stack.ts'

export interface ChangeSet extends Intent {
  /** The ARN. */
  id: string
  name: string
  stackId: string
  stackName: string
  type: ChangeSetType
  description?: string
  status: ChangeSetStatus
  reason?: string
  execution: ExecutionStatus
  created: number
  roleArn?: string
  onFailure?: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING'
  changes: ResourceChange[]
  token?: string
}

export const changeSets = table<ChangeSet>('cloudformation/change-set') // [account, region, stack uuid, name]

export const changeSetArn = (account: string, region: string, name: string, uuid: string) =>
  `arn:aws:cloudformation:${region}:${account}:changeSet/${name}/${uuid}`
