import { type AccessRequest, type Decision, decide, denialText, type Policy, parsePolicy } from '@tripoint/iam'
import type { Reader } from '../engine/index.ts'
import { type Verdict, verdictOf } from './audit.ts'
import { invalidToken } from './authenticate.ts'
import { globalContext } from './context.ts'
import type { Call, Demand } from './operation.ts'
import {
  defaultDocument,
  type Identity,
  managedPolicies,
  type Principal,
  roles,
  type Session,
  sessionOf,
  users,
} from './principal.ts'

/** The user or role itself: credentials of one that was deleted are not those of a later one of its name. */
const identityOf = (read: Reader, principal: Principal): Identity | undefined => {
  if (principal.type !== 'assumed-role' && principal.type !== 'user') return undefined
  const name = (principal.roleArn ?? principal.arn).split('/').at(-1) ?? ''
  const identity = (principal.type === 'user' ? users : roles).get(read, principal.account, name)
  if (identity === undefined || identity.id !== principal.uniqueId.split(':')[0]) throw invalidToken()
  return identity
}

/** A boundary that is gone allows nothing. */
const boundaryOf = (read: Reader, arn: string): Policy =>
  managed(read, arn, 'boundary')[0] ?? { kind: 'boundary', name: arn, document: nothing }

const nothing = parsePolicy('{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}')

/**
 * A session of GetSessionToken calls no IAM, and of STS two operations, as long as no device vouched for its user.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
const unvouched = ({ service, operation }: Call) =>
  service === 'iam' || (service === 'sts' && operation !== 'AssumeRole' && operation !== 'GetCallerIdentity')

const vouched = (read: Reader, call: Call): Session | undefined => {
  const session = sessionOf(read, call.principal)
  if (session !== undefined && session.role === undefined && unvouched(call)) throw invalidToken()
  return session
}

const managed = (read: Reader, arn: string, kind: Policy['kind']): Policy[] => {
  const document = defaultDocument(managedPolicies.get(read, arn))
  return document === undefined ? [] : [{ kind, name: arn, document: parsePolicy(document) }]
}

const policiesOf = (read: Reader, identity: Identity): Policy[] => [
  ...Object.entries(identity.inline).map(
    ([name, document]): Policy => ({
      kind: 'identity',
      name: `policy ${name} of ${identity.arn}`,
      document: parsePolicy(document),
    }),
  ),
  ...identity.attached.flatMap(arn => managed(read, arn, 'identity')),
]

/** Suites for other emulators let root assume roles, which AWS does not: whoever came in without a signature is an administrator. */
const askedAs = (read: Reader, principal: Principal, identity: Identity | undefined) =>
  principal.unverified
    ? { requester: { ...principal, type: 'user' as const }, policies: [everything] }
    : { requester: principal, policies: identity === undefined ? [] : policiesOf(read, identity) }

const everything: Policy = {
  kind: 'identity',
  name: 'the rights of whoever comes in without a signature',
  document: parsePolicy('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'),
}

export interface Judgement {
  verdicts: Verdict[]
  /** AWS's sentence for the first demand that is refused. */
  denial?: string
}

const resourceSide = (policy: NonNullable<Demand['resourcePolicy']>) => ({
  resourceRule: policy.rule,
  resourcePolicy: { kind: 'resource', name: policy.name, document: parsePolicy(policy.document) } satisfies Policy,
})

/** Decides every demand of a call with the one evaluator. Stops at the first refusal, as the service would. */
export function judge(read: Reader, call: Call, demands: readonly Demand[]): Judgement {
  const identity = identityOf(read, call.principal)
  const { requester, policies } = askedAs(read, call.principal, identity)
  const bearer = { identity, session: vouched(read, call) }
  const boundary = identity?.boundary === undefined ? undefined : boundaryOf(read, identity.boundary)
  const session = call.principal.sessionPolicies?.map(
    (document, index): Policy => ({
      kind: 'session',
      name: `session policy ${index + 1} of ${call.principal.arn}`,
      document,
    }),
  )
  const verdicts: Verdict[] = []
  for (const demand of demands) {
    const account = demand.account ?? (demand.resource.split(':')[4] || call.account)
    const request: AccessRequest = {
      requester,
      action: demand.action,
      resource: demand.resource,
      resourceAccount: account,
      /** Only where a condition asks for it: most policies that decide have none. */
      get context() {
        return globalContext(call, demand, bearer)
      },
      identity: policies,
      ...(boundary === undefined ? {} : { boundary }),
      ...(session === undefined || session.length === 0 ? {} : { session }),
      ...(demand.grants === undefined ? {} : { grants: demand.grants }),
      ...(demand.bucket === undefined ? {} : { bucket: demand.bucket }),
      ...(demand.resourcePolicy === undefined ? {} : resourceSide(demand.resourcePolicy)),
    }
    const decision: Decision = decide(request)
    verdicts.push(verdictOf(demand, account, decision))
    if (!decision.allowed) return { verdicts, denial: denialText(request, decision) }
  }
  return { verdicts }
}
