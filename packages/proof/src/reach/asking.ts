import type { AccessRequest } from '@tripoint/iam'
import { ANYTHING, type Asked, principalOf, requestIn } from '../world/request.ts'
import type { World } from '../world/world.ts'

/** What is known of him, or whatever may be in the policies of his whose text is not known. */
export type Unknown = 'at-least' | 'at-most'

/**
 * The request with all policies that have a say. Of somebody whom no template makes, his own account answers for what it gives him
 * beside these; of a stranger everything is taken as given.
 */
export function asking(world: World, asked: Asked, unknown: Unknown): AccessRequest {
  const principal = principalOf(world, asked.principal)
  if (!principal) return requestIn(world, asked, 'at-most')
  const request = requestIn(world, asked, 'at-least')
  if (unknown === 'at-least' || namesOfUnknown(world, asked.principal).length === 0) return request
  const { boundary, ...open } = request
  const identity = principal.identity.some(({ opaque }) => opaque) ? [...request.identity, ANYTHING] : request.identity
  return { ...open, identity, ...(boundary && !principal.boundary?.opaque ? { boundary } : {}) }
}

/** The policies of his whose text is not known. */
export function namesOfUnknown(world: World, arn: string): string[] {
  const { identity = [], boundary } = principalOf(world, arn) ?? {}
  const all = boundary ? [...identity, boundary] : identity
  return all.flatMap(({ opaque, managed, policy }) => (opaque ? [managed ?? policy.name] : []))
}
