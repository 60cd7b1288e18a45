import type { ResourceStatus } from '@aws-sdk/client-cloudformation'
import { type Tx, table } from '../../../engine/index.ts'
import { maskJson, maskText } from './mask.ts'
import { putStack, type Stack, stackKey, stacks } from './stack.ts'

export interface StackEvent {
  id: string
  logicalId: string
  physicalId: string
  type: string
  status: ResourceStatus | string
  reason?: string
  at: number
  properties?: string
  token?: string
}

export const stackEvents = table<StackEvent>('cloudformation/event') // [account, region, uuid, number]

/** Adds an event; its number makes the order of those that share a millisecond. */
export function addEvent(tx: Tx, stack: Pick<Stack, 'account' | 'region' | 'uuid'>, event: StackEvent) {
  const owner = stacks.get(tx, ...stackKey(stack))
  if (owner === undefined) throw new Error(`no stack ${stack.uuid}`)
  putStack(tx, { ...owner, events: owner.events + 1 })
  const token = event.token ?? owner.requestToken
  const { hidden = [] } = owner
  const { reason, properties, ...shown } = event
  stackEvents.put(tx, [...stackKey(stack), owner.events + 1], {
    ...shown,
    ...(reason === undefined ? {} : { reason: maskText(reason, hidden) }),
    ...(properties === undefined ? {} : { properties: maskJson(properties, hidden) }),
    ...(token === undefined ? {} : { token }),
  })
}
