import type { AccessRequest, Requester } from '../language/request.ts'
import type { Decision, Rule, Side } from './decision.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const EXPLICIT: Record<Side, string> = {
  identity: 'an identity-based policy',
  resource: 'a resource-based policy',
  key: 'a resource-based policy',
  trust: 'the role trust policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
}

const IMPLICIT: Record<Side, string> = {
  identity: 'no identity-based policy',
  resource: 'no resource-based policy',
  key: 'no resource-based policy',
  trust: 'no resource-based policy',
  boundary: 'no permissions boundary',
  session: 'no session policy',
  scp: 'no service control policy',
  rcp: 'no resource control policy',
}

/** Where a rule has a sentence of its own; of the others callers see what they see when a policy is silent. */
const RULES: Partial<Record<Rule, string>> = {
  'pass-role-across-accounts': 'Cross-account pass role is not allowed.',
  'role-for-root': 'Roles may not be assumed by root accounts.',
}

/** The sentence with which AWS refuses. It names one kind of policy, even where several are missing. */
export function denialText(request: AccessRequest, decision: Decision): string {
  const { action, resource, requester } = request
  const sentence = `User: ${callerName(requester)} is not authorized to perform: ${action} on resource: ${resource}`
  const [first] = decision.missing
  const side = first?.side ?? 'identity'
  const own = first?.rule && RULES[first.rule]
  if (own) return own
  if (decision.reason === 'explicit-deny') return `${sentence} with an explicit deny in ${EXPLICIT[side]}`
  // STS does not say which side refuses.
  if (request.resourceRule === 'trust') return sentence
  return `${sentence} because ${IMPLICIT[side]} allows the ${action} action`
}

function callerName(requester: Requester): string {
  return requester.service ?? (requester.arn || 'anonymous')
}
