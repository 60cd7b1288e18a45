import type { ResourceStatus } from '@aws-sdk/client-cloudformation'
import { type Reader, table } from '../../../engine/index.ts'
import type { DeletionPolicy, Json } from '../template/index.ts'
import { type Stack, stackKey } from './stack.ts'

/** What exists of a resource: enough to refer to it, to change it and to delete it. */
export interface Physical {
  id: string
  ref: Json
  attributes: Record<string, Json>
  /** As they were applied: resolved, in the types of the schema. */
  properties: Record<string, unknown>
}

export interface StackResource {
  logicalId: string
  type: string
  /** Absent until the resource is made. */
  physical?: Physical
  status: ResourceStatus
  reason?: string
  updated: number
  /** Logical ids that it needed: they are deleted after it. */
  dependsOn: string[]
  deletionPolicy: DeletionPolicy
  updateReplacePolicy: DeletionPolicy
  metadata?: Json
}

export const stackResources = table<StackResource>('cloudformation/resource') // [account, region, uuid, logical id]

export const resourcesOf = (read: Reader, stack: Pick<Stack, 'account' | 'region' | 'uuid'>) => [
  ...stackResources.list(read, ...stackKey(stack)),
]
