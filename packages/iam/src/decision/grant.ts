import type { Grant } from '../language/request.ts'
import type { Scene } from '../language/statement.ts'

export const CONTEXT_PREFIX = 'kms:encryptioncontext:'

/** The grant that lets this request through, if any: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export function findGrant(grants: readonly Grant[] | undefined, scene: Scene): Grant | undefined {
  return grants?.find(
    grant =>
      mayRetire(grant, scene) ||
      (isNamed(grant.grantee, scene) && covers(grant, scene) && meetsConstraints(grant, scene)),
  )
}

function isNamed(name: string, { request: { requester } }: Scene): boolean {
  return name === requester.arn || name === requester.roleArn || name === requester.service
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html */
function mayRetire({ retiring }: Grant, scene: Scene): boolean {
  return retiring !== undefined && scene.action === 'kms:retiregrant' && isNamed(retiring, scene)
}

function covers({ operations }: Grant, { action }: Scene): boolean {
  return operations.some(operation => `kms:${operation}`.toLowerCase() === action)
}

/**
 * Where there is no encryption context, there is nothing to constrain.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
 */
export const UNCONSTRAINED: ReadonlySet<string> = new Set(['kms:describekey', 'kms:retiregrant', 'kms:getpublickey'])

function meetsConstraints({ constraints }: Grant, scene: Scene): boolean {
  if (!constraints || UNCONSTRAINED.has(scene.action)) return true
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints
  if (subset && !holdsAll(subset, scene)) return false
  return !equals || (holdsAll(equals, scene) && pairsOf(scene) === Object.keys(equals).length)
}

function holdsAll(pairs: Readonly<Record<string, string>>, { context }: Scene): boolean {
  return Object.entries(pairs).every(([key, value]) => context.get(CONTEXT_PREFIX + key.toLowerCase())?.[0] === value)
}

function pairsOf({ request }: Scene): number {
  return Object.keys(request.context).filter(key => key.toLowerCase().startsWith(CONTEXT_PREFIX)).length
}
