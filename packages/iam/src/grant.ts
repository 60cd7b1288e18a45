import type { Grant } from './request.ts'
import type { Scene } from './statement.ts'

const CONTEXT_PREFIX = 'kms:encryptioncontext:'

/** The grant that lets this request through, if any: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export function findGrant(grants: readonly Grant[] | undefined, scene: Scene): Grant | undefined {
  return grants?.find(grant => isGrantee(grant, scene) && covers(grant, scene) && meetsConstraints(grant, scene))
}

function isGrantee({ grantee }: Grant, { request: { requester } }: Scene): boolean {
  return [requester.arn, requester.roleArn, requester.service].includes(grantee)
}

function covers({ operations }: Grant, { action }: Scene): boolean {
  return operations.some(operation => `kms:${operation}`.toLowerCase() === action)
}

function meetsConstraints({ constraints }: Grant, scene: Scene): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints ?? {}
  if (subset && !holdsAll(subset, scene)) return false
  return !equals || (holdsAll(equals, scene) && pairsOf(scene) === Object.keys(equals).length)
}

function holdsAll(pairs: Readonly<Record<string, string>>, { context }: Scene): boolean {
  return Object.entries(pairs).every(([key, value]) => context.get(CONTEXT_PREFIX + key.toLowerCase())?.[0] === value)
}

function pairsOf({ request }: Scene): number {
  return Object.keys(request.context).filter(key => key.toLowerCase().startsWith(CONTEXT_PREFIX)).length
}
