import { type AccessRequest, type Decision, decide, denialText, type Policy, parsePolicy } from '@tripoint/iam'
import type { Reader } from '../engine/index.ts'
import { type Verdict, verdictOf } from './audit.ts'
import type { Call, Demand } from './operation.ts'
import { type Identity, managedPolicies, type Principal, roles, users } from './principal.ts'

const identityOf = (read: Reader, principal: Principal): Identity | undefined => {
  const name = (principal.roleArn ?? principal.arn).split('/').at(-1) ?? ''
  if (principal.type === 'assumed-role') return roles.get(read, principal.account, name)
  if (principal.type === 'user') return users.get(read, principal.account, name)
  return undefined
}

const managed = (read: Reader, arn: string, kind: Policy['kind']): Policy[] => {
  const record = managedPolicies.get(read, arn)
  const version = record?.versions.find(({ id }) => id === record.default)
  return version === undefined ? [] : [{ kind, name: arn, document: parsePolicy(version.document) }]
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

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const globalContext = (call: Call, demand: Demand): Record<string, string | string[]> => {
  const { principal } = call
  const context: Record<string, string | string[] | undefined> = {
    'aws:SecureTransport': String(call.secure),
    'aws:SourceIp': call.via.length === 0 ? call.sourceIp : undefined,
    'aws:UserAgent': call.userAgent,
    'aws:RequestedRegion': call.region,
    'aws:CurrentTime': new Date(call.now).toISOString(),
    'aws:EpochTime': String(Math.floor(call.now / 1000)),
    'aws:ViaAWSService': String(call.via.length > 0),
    'aws:CalledVia': call.via.length > 0 ? call.via.map(plainService) : undefined,
    'aws:CalledViaFirst': call.via.length > 0 ? plainService(call.via[0] ?? '') : undefined,
    'aws:CalledViaLast': call.via.length > 0 ? plainService(call.via.at(-1) ?? '') : undefined,
    'aws:SourceArn': call.source?.arn,
    'aws:SourceAccount': call.source?.account,
    'aws:PrincipalIsAWSService': String(principal.type === 'service'),
    'aws:PrincipalServiceName': principal.service,
    's3:TlsVersion': call.secure && call.service === 's3' ? '1.3' : undefined,
    ...demand.context,
  }
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | string[]
  >
}

/** `s3.us-east-1.amazonaws.com` is `s3.amazonaws.com` in aws:CalledVia. */
const plainService = (service: string) => service.replace(/^([^.]+)\..*amazonaws\.com$/, '$1.amazonaws.com')

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
  const identityPolicies = identity === undefined ? [] : policiesOf(read, identity)
  const boundary = identity?.boundary === undefined ? undefined : managed(read, identity.boundary, 'boundary')[0]
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
      requester: call.principal,
      action: demand.action,
      resource: demand.resource,
      resourceAccount: account,
      context: globalContext(call, demand),
      identity: identityPolicies,
      ...(boundary === undefined ? {} : { boundary }),
      ...(session === undefined || session.length === 0 ? {} : { session }),
      ...(demand.grants === undefined ? {} : { grants: demand.grants }),
      ...(demand.resourcePolicy === undefined ? {} : resourceSide(demand.resourcePolicy)),
    }
    const decision: Decision = decide(request)
    verdicts.push(verdictOf(demand, account, decision))
    if (!decision.allowed) return { verdicts, denial: denialText(request, decision) }
  }
  return { verdicts }
}
