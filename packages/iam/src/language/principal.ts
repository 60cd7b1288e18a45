import type { Principals } from './document.ts'
import type { Requester } from './request.ts'

/**
 * How a resource policy names the requester, which decides what else may hold the permission back:
 * `direct` (user, session, service, everyone): nothing in the requester's own account; `role` (or the user of a federated
 * session): boundary and session policies;
 * `account`: the account must also allow it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html; of everyone,
 * with aws:PrincipalArn too: …/reference_policies_elements_principal.html#principal-roles
 */
export type Naming = 'direct' | 'role' | 'account'

export interface CompiledPrincipals {
  naming(requester: Requester): Naming | undefined
  /** For NotPrincipal: is each of the requester's identities (session, role, account) on the list, or at least one? */
  lists(requester: Requester, how: 'every' | 'some'): boolean
}

const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/

export function compilePrincipals(principals: Principals): CompiledPrincipals {
  const names = new Set(principals.AWS)
  const accounts = new Set([...names].map(name => ROOT.exec(name)?.[1] ?? name).filter(name => /^\d{12}$/.test(name)))
  const services = new Set(principals.Service)
  const federated = new Set(principals.Federated)
  const canonical = new Set(principals.CanonicalUser)
  const everyone = names.has('*')

  /** An id such as AROA… is what AWS keeps in place of an ARN once the policy is saved; a federated user's begins with his account. */
  function namesId({ uniqueId, account }: Requester): boolean {
    const id = uniqueId.split(':')[0]!
    return id !== account && names.has(id)
  }
  function namesAccount({ account, canonicalUser }: Requester): boolean {
    return accounts.has(account) || (canonicalUser !== undefined && canonical.has(canonicalUser))
  }
  function isProvided(requester: Requester): boolean {
    const provider = providerOf(requester)
    return provider !== undefined && federated.has(provider)
  }
  function identities(requester: Requester): boolean[] {
    switch (requester.type) {
      case 'root':
        return [namesAccount(requester)]
      case 'user':
        return [names.has(requester.arn) || namesId(requester), namesAccount(requester)]
      case 'federated-user':
      case 'assumed-role':
        return [
          names.has(requester.arn),
          names.has(requester.roleArn ?? requester.userArn ?? '') || namesId(requester),
          namesAccount(requester),
        ]
      case 'service':
        return [services.has(requester.service ?? '') || services.has('*')]
      case 'anonymous':
        return [isProvided(requester)]
    }
  }
  return {
    naming(requester) {
      if (everyone) return 'direct'
      const found = identities(requester).indexOf(true)
      return found < 0 ? undefined : NAMINGS[requester.type][found]
    },
    lists(requester, how) {
      if (everyone) return true
      const found = identities(requester)
      return how === 'every' ? found.every(Boolean) : found.some(Boolean)
    },
  }
}

/** Of who comes by a web identity or a SAML assertion: an ARN, or the name of one of the public providers. */
export function providerOf({ type, arn }: Requester): string | undefined {
  return type === 'anonymous' && /[.:]/.test(arn) ? arn : undefined
}

/** In the order of `identities`. */
const NAMINGS: Record<Requester['type'], readonly Naming[]> = {
  root: ['direct'],
  user: ['direct', 'account'],
  'federated-user': ['direct', 'role', 'account'],
  'assumed-role': ['direct', 'role', 'account'],
  service: ['direct'],
  anonymous: ['direct'],
}
