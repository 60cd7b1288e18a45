import { sessionsNamed } from '../reach/session.ts'
import { accountsOf, strangersOf } from '../reach/stranger.ts'
import type { Resource } from '../world/world.ts'
import { memberNodes, type Node, strangerNode } from './node.ts'
import type { Scene } from './scene.ts'

/** Those of the resource's account whom their own policies may allow it, and those of others whom its policy may let in too. */
export function askers(
  { world, known, inAccount, couldBeAllowed }: Scene,
  resource: Resource,
  action: string,
  pattern: string,
): Node[] {
  const policy = resource.policy?.policy
  const named = policy?.document.Statement.flatMap(each => (each.Effect === 'Allow' ? accountsOf(each) : [])) ?? []
  const accounts = named.includes('*') ? world.accounts.map(({ id }) => id) : [...new Set([resource.account, ...named])]
  const directly = new Set(policy?.document.Statement.flatMap(({ Principal }) => Principal?.AWS ?? []))
  const members = accounts
    .flatMap(inAccount)
    .filter(
      each =>
        couldBeAllowed(each, action, pattern) ||
        directly.has(each.arn) ||
        directly.has('*') ||
        sessionsNamed(policy?.document.Statement ?? [], each).length > 0,
    )
  const strangers = policy ? strangersOf(world, known, policy, resource.account) : []
  return [...members.flatMap(each => memberNodes(world, each, policy)), ...strangers.map(strangerNode)]
}
