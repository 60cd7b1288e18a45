import type { Statement } from '@tripoint/iam'

const EXACT = /^(string|arn)(equals|like|equalsignorecase)$/i

/** The principals that a condition on aws:PrincipalArn names one by one: nobody else meets it. undefined: it names none, or patterns. */
export function limitsOf({ Condition }: Statement): readonly string[] | undefined {
  for (const [operator, keys] of Object.entries(Condition ?? {})) {
    if (!EXACT.test(operator)) continue
    for (const [key, values] of Object.entries(keys))
      if (key.toLowerCase() === 'aws:principalarn' && values.every(value => !/[*?$]/.test(value))) return values
  }
  return undefined
}

/** Could it be that the statement is for this principal? At least when it is. */
export function couldName(statement: Statement, principal: string): boolean {
  if (!principal.startsWith('arn:')) return true
  if (limitsOf(statement)?.includes(principal) === false) return false
  const { Principal } = statement
  if (!Principal) return true
  const account = principal.split(':')[4] ?? ''
  if (Principal.CanonicalUser) return true
  return Principal.AWS?.some(name => name === '*' || name === principal || isAccount(name, account)) ?? false
}

/** A session's or an id's statement is not for a name; what stands there is one of these. */
const isAccount = (name: string, account: string): boolean =>
  name === account || name.endsWith(`::${account}:root`) || /^A[A-Z0-9]+$/.test(name) || name.includes(':assumed-role/')
