import { because, type Honoured, isAwsError, type Reader } from '../../../engine/index.ts'
import {
  type Call,
  type Context,
  type Demand,
  type Principal,
  page as pageOf,
  requestTags,
  tagsOf,
} from '../../../gate/index.ts'
import { findStack, isStackArn, type Stack, stackArn } from '../model/index.ts'
import { type GivenParameter, validationError } from '../template/index.ts'
import { crossAccountPassRole, noStackToChange, noSuchStack, roleNotAssumable } from './errors.ts'

/** What a request for a stack or a change set may hold alike. */
export const stackMembers: Honoured = {
  StackName: true,
  TemplateBody: true,
  TemplateURL: true,
  Parameters: true,
  Capabilities: true,
  Tags: true,
  RoleARN: true,
  ResourceTypes: true,
  RollbackConfiguration: { MonitoringTimeInMinutes: [0] },
  DeploymentConfig: { Mode: ['STANDARD', 'EXPRESS'], DisableRollback: [false] },
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export function stackDemand(
  action: string,
  nameOrId: string | undefined,
  { read, call }: Pick<Context, 'read' | 'call'>,
  context: Demand['context'] = {},
): Demand {
  const stack = nameOrId === undefined ? undefined : findStack(read, call.account, call.region, nameOrId)
  const named =
    nameOrId !== undefined && isStackArn(nameOrId)
      ? nameOrId
      : stackArn(call.account, call.region, nameOrId ?? '*', '*')
  return { action: `cloudformation:${action}`, resource: stack?.id ?? named, account: call.account, context }
}

export function passRoleDemands(role: string | undefined, call: Call): Demand[] {
  if (role === undefined) return []
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+/.test(role))
    throw validationError(`Role ${role} is invalid or cannot be assumed`)
  if (role.split(':')[4] !== call.account) throw crossAccountPassRole()
  const context = { 'iam:PassedToService': 'cloudformation.amazonaws.com' }
  return [{ action: 'iam:PassRole', resource: role, context }]
}

/** The service role as CloudFormation gets it, or the caller. */
export async function actorOf(
  role: string | undefined,
  { call, env }: Pick<Context, 'call' | 'env'>,
  stack: { id: string; name: string },
): Promise<Principal> {
  if (role === undefined) return call.principal
  try {
    return await env.assume('cloudformation.amazonaws.com', role, {
      session: 'AWSCloudFormation',
      region: call.region,
      cause: because(call.cause, { kind: 'stack', id: stack.id, name: stack.name }),
      source: { account: call.account, arn: stack.id },
    })
  } catch (error) {
    if (isAwsError(error)) throw roleNotAssumable(role)
    throw error
  }
}

export const existing = (read: Reader, call: Call, nameOrId: string | undefined): Stack => {
  const stack = findStack(read, call.account, call.region, nameOrId ?? '')
  if (stack === undefined) throw noSuchStack(nameOrId ?? '')
  return stack
}

/** A stack that can still be changed: a deleted one is not there any more, whatever it is called by. */
export const living = (read: Reader, call: Call, nameOrId: string | undefined): Stack => {
  const stack = findStack(read, call.account, call.region, nameOrId ?? '')
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') throw noStackToChange(nameOrId ?? '')
  return stack
}

export function checkStackName(name: string | undefined): string {
  if (name !== undefined && name.length <= 128 && /^[a-zA-Z][-a-zA-Z0-9]*$/.test(name)) return name
  throw validationError(
    `1 validation error detected: Value '${name ?? ''}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  )
}

export const parametersOf = (
  given: readonly {
    ParameterKey?: string | undefined
    ParameterValue?: string | undefined
    UsePreviousValue?: boolean | undefined
  }[] = [],
): GivenParameter[] =>
  given.map(({ ParameterKey: key = '', ParameterValue: value, UsePreviousValue: previous }) => ({
    key,
    ...(value === undefined ? {} : { value }),
    ...(previous === undefined ? {} : { usePrevious: previous }),
  }))

export interface Asked {
  TemplateURL?: string | undefined
  RoleARN?: string | undefined
  ResourceTypes?: string[] | undefined
  Tags?: { Key: string | undefined; Value: string | undefined }[] | undefined
}

export const askedContext = ({ TemplateURL, RoleARN, ResourceTypes, Tags }: Asked): Demand['context'] => ({
  'cloudformation:TemplateUrl': TemplateURL,
  'cloudformation:RoleArn': RoleARN,
  'cloudformation:ResourceTypes': ResourceTypes,
  ...requestTags(tagsOf(Tags)),
})

/** A page in CloudFormation's sizes. */
export function page<T>(entries: readonly T[], token: string | undefined): { items: T[]; next: string | undefined } {
  const { shown, next } = pageOf(entries, token, 100, () => validationError('NextToken is invalid'))
  return { items: shown, next }
}
