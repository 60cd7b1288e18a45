import type { Statement } from '@tripoint/iam'
import type { Principal } from '../world/world.ts'

const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/

/**
 * The sessions of a role that statements name: in its own account a policy lets them in without a word of the role's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session
 */
export function sessionsNamed(statements: readonly Statement[], { kind, account, name }: Principal): string[] {
  const names = statements.flatMap(({ Effect, Principal }) => (Effect === 'Allow' ? (Principal?.AWS ?? []) : []))
  return [...new Set(names)].filter(arn => {
    const [, owner, role] = SESSION.exec(arn) ?? []
    return kind === 'role' && owner === account && role === name
  })
}
