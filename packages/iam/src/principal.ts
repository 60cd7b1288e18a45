import type { Principals } from './document.ts'
import type { Requester } from './request.ts'

/**
 * How a resource policy names the requester, which decides what else may hold the permission back:
 * `direct` (user, session, service, everyone): nothing in the requester's own account; `role`: boundary and session policies;
 * `account`: the account must also allow it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
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
  const everyone = names.has('*')

  /** An id such as AROA… is what AWS keeps in place of an ARN once the policy is saved. */
  function namesId(requester: Requester): boolean {
    return names.has(requester.uniqueId.split(':')[0]!)
  }
  function identities(requester: Requester): boolean[] {
    switch (requester.type) {
      case 'root':
        return [accounts.has(requester.account)]
      case 'user':
        return [names.has(requester.arn) || namesId(requester), accounts.has(requester.account)]
      case 'assumed-role':
        return [
          names.has(requester.arn),
          names.has(requester.roleArn ?? '') || namesId(requester),
          accounts.has(requester.account),
        ]
      case 'service':
        return [services.has(requester.service ?? '') || services.has('*')]
      case 'anonymous':
        return [federated.has(requester.arn)]
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

/** In the order of `identities`. */
const NAMINGS: Record<Requester['type'], readonly Naming[]> = {
  root: ['direct'],
  user: ['direct', 'account'],
  'assumed-role': ['direct', 'role', 'account'],
  service: ['direct'],
  anonymous: ['direct'],
}
