import type { StackStatus } from '@aws-sdk/client-cloudformation'
import { type Key, type Reader, type Tx, table } from '../../../engine/index.ts'

export interface Output {
  key: string
  value: string
  description?: string
  exportName?: string
}

/** What a deployment asks for: the part of a stack that an update changes and a rollback restores. */
export interface Intent {
  template: string
  parameters: Record<string, string>
  tags: Record<string, string>
  capabilities: string[]
  notificationArns: string[]
}

export interface Stack extends Intent {
  /** Values that its NoEcho parameters have or had. */
  hidden?: string[]
  account: string
  region: string
  uuid: string
  /** The ARN. */
  id: string
  name: string
  status: StackStatus
  reason?: string
  description?: string
  created: number
  updated?: number
  deleted?: number
  roleArn?: string
  outputs: Output[]
  disableRollback: boolean
  /** What is to be done if the creation fails. */
  onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING'
  retainExceptOnCreate: boolean
  terminationProtection: boolean
  timeoutMinutes?: number
  policy?: string
  changeSetId?: string
  /** The token of the operation that ran last: a repeated request is the same operation. */
  requestToken?: string
  events: number
}

export const stacks = table<Stack>('cloudformation/stack') // [account, region, uuid]
/** The stack that has the name now; a deleted one is found by its ARN only. */
const names = table<string>('cloudformation/name') // [account, region, name] → uuid

export const stackKey = (stack: Pick<Stack, 'account' | 'region' | 'uuid'>): Key => [
  stack.account,
  stack.region,
  stack.uuid,
]

export const stackArn = (account: string, region: string, name: string, uuid: string) =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid}`

export const isStackArn = (text: string) => text.startsWith('arn:')

export function findStack(read: Reader, account: string, region: string, nameOrId: string): Stack | undefined {
  const uuid = isStackArn(nameOrId) ? nameOrId.split('/')[2] : names.get(read, account, region, nameOrId)
  const stack = uuid === undefined ? undefined : stacks.get(read, account, region, uuid)
  return stack !== undefined && isStackArn(nameOrId) && stack.id !== nameOrId ? undefined : stack
}

export function putStack(tx: Tx, stack: Stack): Stack {
  if (stack.status === 'DELETE_COMPLETE') {
    if (names.get(tx, stack.account, stack.region, stack.name) === stack.uuid) {
      names.delete(tx, stack.account, stack.region, stack.name)
    }
  } else names.put(tx, [stack.account, stack.region, stack.name], stack.uuid)
  return stacks.put(tx, stackKey(stack), stack)
}
