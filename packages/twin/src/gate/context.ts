import { isIP } from 'node:net'
import type { Call, Demand } from './operation.ts'
import type { Identity, Session } from './principal.ts'

type Values = Record<string, string | string[] | undefined>

/** What a call's credentials say beyond who calls. */
export interface Bearer {
  identity: Identity | undefined
  /** Of temporary credentials. */
  session: Session | undefined
}

/**
 * The global keys; aws:PrincipalArn, aws:userid, aws:ResourceAccount and their like follow from requester and resource
 * (`@tripoint/iam`). There is no organization and no identity provider: aws:PrincipalOrgID and aws:FederatedProvider are
 * never there. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(call: Call, demand: Demand, bearer: Bearer): Record<string, string | string[]> {
  const { principal } = call
  const context: Values = {
    'aws:SecureTransport': String(call.secure),
    'aws:SourceIp': sourceIp(call),
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
    's3:TlsVersion': call.secure && call.service === 's3' ? (call.tls ?? 'TLSv1.3').slice('TLSv'.length) : undefined,
    ...bearerContext(bearer),
    ...demand.context,
  }
  return Object.fromEntries(
    Object.entries(context).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined),
  )
}

function bearerContext({ identity, session }: Bearer): Values {
  return {
    // A session's tags override those of its role. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    ...principalTags(identity?.tags),
    ...principalTags(session?.tags),
    ...(session === undefined ? {} : temporary(session)),
  }
}

const temporary = ({ issued, sourceIdentity }: Session): Values => ({
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tokenissuetime
  'aws:TokenIssueTime': new Date(issued).toISOString(),
  // Not there at all for access keys; nobody has a device here.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
  'aws:MultiFactorAuthPresent': 'false',
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
  'aws:SourceIdentity': sourceIdentity,
})

/** In lower case, as keys are compared: of `Team` and `team` the session's must win. */
const principalTags = (tags: Record<string, string> = {}): Values =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key.toLowerCase()}`, value]))

/**
 * A service's own calls come from no address of the caller's: a condition on the address never lets them in.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
 */
const sourceIp = ({ via, sourceIp: address }: Call) => (via.length === 0 && isIP(address) > 0 ? address : undefined)

/** `s3.us-east-1.amazonaws.com` is `s3.amazonaws.com` in aws:CalledVia. */
const plainService = (service: string) => service.replace(/^([^.]+)\..*amazonaws\.com$/, '$1.amazonaws.com')
