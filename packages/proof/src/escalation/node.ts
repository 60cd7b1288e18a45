import type { Policy } from '@tripoint/iam'
import { accountOfArn, nameOfArn } from '@tripoint/pipeline'
import { type Asker, byName } from '../reach/asker.ts'
import { sessionsNamed } from '../reach/session.ts'
import type { Stranger } from '../reach/stranger.ts'
import type { Principal, World } from '../world/world.ts'

/** Somebody, or what he gets hold of. */
export interface Node {
  /** what the report says: an ARN, or words */
  readonly id: string
  readonly kind: 'principal' | 'stranger' | 'administrator' | 'thing'
  /** empty: has none */
  readonly account: string
  /** whom to ask about; undefined: nobody, it is what somebody gets hold of */
  readonly asker?: Asker
  readonly name: string
}

export const principalNode = (world: World, arn: string): Node => ({
  id: arn,
  kind: 'principal',
  account: accountOfArn(arn),
  asker: byName(arn),
  name: `${labelOf(world, accountOfArn(arn))}'s ${nameOfArn(arn)}`,
})

/** Somebody, and he again in each session of his that a policy names. */
export const memberNodes = (world: World, principal: Principal, policy: Policy | undefined): Node[] => {
  const node = principalNode(world, principal.arn)
  const sessions = sessionsNamed(policy?.document.Statement ?? [], principal)
  return [node, ...sessions.map(arn => ({ ...node, asker: byName(arn) }))]
}

export const strangerNode = (stranger: Stranger): Node => ({
  id: stranger.who,
  kind: 'stranger',
  account: stranger.account,
  asker: stranger,
  name: stranger.who,
})

export function administratorNode(world: World, account: string): Node {
  const id = `an administrator of ${account} (${labelOf(world, account)})`
  return { id, kind: 'administrator', account, name: id }
}

export const thingNode = (world: World, arn: string, account: string): Node => ({
  id: arn,
  kind: 'thing',
  account,
  name: `${labelOf(world, account)}'s ${arn.split(':').slice(5).join(':')}`,
})

const labelOf = (world: World, account: string): string =>
  world.accounts.find(({ id }) => id === account)?.label ?? account
