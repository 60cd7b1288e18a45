import type * as sts from '@aws-sdk/client-sts'
import { type PolicyDocument, parsePolicy } from '@tripoint/iam'
import { AwsError, type Reader } from '../../engine/index.ts'
import {
  type Call,
  currentPolicy,
  managedPolicies,
  operation,
  type Role,
  requestTags,
  roles,
  tagsOf,
} from '../../gate/index.ts'
import { credentialsOf, issue } from './session.ts'

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
  input: { Policy?: string | undefined; PolicyArns?: { arn?: string | undefined }[] | undefined },
): PolicyDocument[] {
  const inline = input.Policy === undefined ? [] : [parseSession(input.Policy)]
  const managed = (input.PolicyArns ?? []).map(({ arn }) => {
    const record = managedPolicies.get(read, arn ?? '')
    const version = record?.versions.find(({ id }) => id === record.default)
    if (version === undefined)
      throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, { status: 404 })
    return parsePolicy(version.document, 'managed')
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
    return [
      {
        ...onRole,
        action: 'sts:AssumeRole',
        context: {
          'sts:ExternalId': input.ExternalId,
          'sts:RoleSessionName': input.RoleSessionName,
          'sts:SourceIdentity': input.SourceIdentity,
          ...requestTags(tagsOf(input.Tags)),
        },
      },
      ...((input.Tags?.length ?? 0) === 0
        ? []
        : [{ ...onRole, action: 'sts:TagSession', context: requestTags(tagsOf(input.Tags)) }]),
    ]
  },
  run(input, { tx, call, env }) {
    const role = find(tx, input.RoleArn ?? '')
    const name = input.RoleSessionName ?? ''
    if (role === undefined) throw refused(call, input.RoleArn ?? '')
    if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      )
    }
    // Role chaining is limited to an hour: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
    const chained = call.principal.type === 'assumed-role'
    const seconds = input.DurationSeconds ?? 3600
    const longest = chained ? 3600 : role.maxSession
    if (seconds > longest) {
      const text = chained
        ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
        : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
      throw new AwsError('ValidationError', text)
    }
    const session = issue(tx, env, {
      expires: call.now + seconds * 1000,
      account: role.account,
      role: role.arn,
      name,
      policies: sessionPolicies(tx, input),
      tags: tagsOf(input.Tags),
      cause: call.cause.filter(link => link.kind !== 'request'),
    })
    return {
      Credentials: credentialsOf(session),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${name}`,
        Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}`,
      },
      PackedPolicySize: 0,
    }
  },
})
