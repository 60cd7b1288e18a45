import type * as sts from '@aws-sdk/client-sts'
import { type PolicyDocument, parsePolicy } from '@tripoint/iam'
import { AwsError, type Reader } from '../../engine/index.ts'
import {
  attachablePolicy,
  type Call,
  currentPolicy,
  defaultDocument,
  identityTags,
  operation,
  type Role,
  requestTags,
  roles,
  type Session,
  sessionOf,
  type Tags,
  tagsOf,
} from '../../gate/index.ts'
import { checkDuration, credentialsOf, invalid, issue } from './session.ts'

const parse = (arn: string) => /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn)

function find(read: Reader, arn: string): Role | undefined {
  const [, account, name] = parse(arn) ?? []
  const role = account === undefined || name === undefined ? undefined : roles.get(read, account, name)
  return role?.arn === arn ? role : undefined
}

/** A role that does not exist is refused with the words of one that may not be assumed: AWS does not tell which. */
const refused = (call: Call, arn: string) =>
  new AwsError(
    'AccessDenied',
    `User: ${call.principal.service ?? call.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    {
      status: 403,
    },
  )

function sessionPolicies(
  read: Reader,
  account: string,
  input: { Policy?: string | undefined; PolicyArns?: { arn?: string | undefined }[] | undefined },
): PolicyDocument[] {
  const inline = input.Policy === undefined ? [] : [parseSession(input.Policy)]
  const managed = (input.PolicyArns ?? []).map(({ arn }) => {
    const document = defaultDocument(attachablePolicy(read, account, arn ?? ''))
    if (document === undefined)
      throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, { status: 404 })
    return parsePolicy(document, 'managed')
  })
  return [...inline, ...managed]
}

const parseSession = (text: string): PolicyDocument => {
  try {
    return parsePolicy(text, 'session')
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', error instanceof Error ? error.message : 'Syntax errors in policy.')
  }
}

interface Passed {
  tags: Tags
  transitive: string[]
  sourceIdentity?: string
}

/**
 * What the new session bears: tags and source identity that were given, and those that a chained session hands on and
 * nobody may change. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
function passed(
  from: Session | undefined,
  input: Pick<sts.AssumeRoleCommandInput, 'Tags' | 'TransitiveTagKeys' | 'SourceIdentity'>,
): Passed {
  const given = tagsOf(input.Tags)
  const keys = (input.Tags ?? []).map(({ Key = '' }) => Key.toLowerCase())
  // Keys are compared without regard to case: of two alike, one would hide the other.
  if (new Set(keys).size < keys.length)
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  const strange = input.TransitiveTagKeys?.find(key => !keys.includes(key.toLowerCase()))
  if (strange !== undefined)
    throw invalid(`The specified transitive tag key ${strange} must be included in the requested tags.`)
  const inherited = Object.entries(from?.tags ?? {}).filter(([key]) => from?.transitive?.includes(key))
  const taken = inherited.find(([key]) => keys.includes(key.toLowerCase()))?.[0]
  if (taken !== undefined) {
    throw invalid(
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${taken}`,
    )
  }
  if (
    from?.sourceIdentity !== undefined &&
    input.SourceIdentity !== undefined &&
    input.SourceIdentity !== from.sourceIdentity
  ) {
    throw new AwsError('AccessDenied', 'SourceIdentity cannot be changed once it is set.', { status: 403 })
  }
  const sourceIdentity = input.SourceIdentity ?? from?.sourceIdentity
  const marked = new Set(input.TransitiveTagKeys?.map(key => key.toLowerCase()))
  const transitive = [
    ...inherited.map(([key]) => key),
    ...Object.keys(given).filter(key => marked.has(key.toLowerCase())),
  ]
  return {
    tags: { ...Object.fromEntries(inherited), ...given },
    transitive,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = operation<typeof sts, 'AssumeRole'>({
  authorize(input, { read, call }) {
    const arn = input.RoleArn ?? ''
    if (call.principal.type === 'root' && call.principal.unverified !== true) {
      throw new AwsError('AccessDenied', 'Roles may not be assumed by root accounts.', { status: 403 })
    }
    const role = find(read, arn)
    if (role === undefined) throw refused(call, arn)
    const document = currentPolicy(read, role.trust, role.pins)
    const onRole = {
      resource: arn,
      account: role.account,
      resourcePolicy: { rule: 'trust' as const, name: `trust policy of ${arn}`, document },
    }
    const { tags, transitive, sourceIdentity } = passed(sessionOf(read, call.principal), input)
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
    const context = {
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': input.RoleSessionName,
      'sts:SourceIdentity': sourceIdentity,
      'sts:TransitiveTagKeys': transitive.length === 0 ? undefined : transitive,
      ...identityTags(role),
      ...requestTags(tags),
    }
    const demand = (action: string) => ({ ...onRole, action, context })
    return [
      demand('sts:AssumeRole'),
      ...(Object.keys(tags).length === 0 ? [] : [demand('sts:TagSession')]),
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html: needed again in each link of a chain
      ...(sourceIdentity === undefined ? [] : [demand('sts:SetSourceIdentity')]),
    ]
  },
  run(input, { tx, call, env }) {
    const role = find(tx, input.RoleArn ?? '')
    const name = input.RoleSessionName ?? ''
    if (role === undefined) throw refused(call, input.RoleArn ?? '')
    if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
      throw invalid(
        `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      )
    }
    // Role chaining is limited to an hour: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
    const chained = call.principal.type === 'assumed-role'
    const seconds = input.DurationSeconds ?? 3600
    checkDuration(seconds, 43_200)
    const longest = chained ? 3600 : role.maxSession
    if (seconds > longest) {
      const text = chained
        ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
        : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
      throw invalid(text)
    }
    const from = sessionOf(tx, call.principal)
    const bears = passed(from, input)
    const follows = from?.moving === true ? from.accessKeyId : from?.follows
    const session = issue(tx, env, {
      expires: call.now + seconds * 1000,
      account: role.account,
      role: role.arn,
      owner: role.id,
      name,
      policies: sessionPolicies(tx, role.account, input),
      ...bears,
      cause: call.cause.filter(link => link.kind !== 'request'),
      ...(follows === undefined ? {} : { follows }),
    })
    return {
      Credentials: credentialsOf(session),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${name}`,
        Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}`,
      },
      PackedPolicySize: 0,
      ...(bears.sourceIdentity === undefined ? {} : { SourceIdentity: bears.sourceIdentity }),
    }
  },
})
