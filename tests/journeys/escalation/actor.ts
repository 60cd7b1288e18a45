import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { type Policy, parsePolicy } from '@tripoint/iam'
import { type Definition, namesOf } from '@tripoint/pipeline'
import { expect } from 'vitest'
import type { Connection } from '../../../packages/cli/src/cloud/cloud.ts'
import { each, type Send, sendAs } from './account.ts'

/** A role whose credentials an attacker holds, and the policies that are really deployed for it. */
export interface Actor {
  readonly arn: string
  readonly name: string
  /** As the access list says it: `training-role`; a role that the line does not know has its name. */
  readonly label: string
  readonly account: string
  readonly policies: readonly Policy[]
  readonly boundary?: Policy
  readonly connection: Connection
  readonly send: Send
}

const text = (document: string | undefined) => decodeURIComponent(document ?? '')

/** What the access list calls the line's roles, by ARN. */
export function labelsOf(definition: Definition): ReadonlyMap<string, string> {
  const { stages, ...names } = namesOf(definition)
  const all = [names, ...Object.values(stages)].flatMap(part => Object.values(part) as unknown[])
  return new Map(
    all.flatMap(value => {
      const { label, arn } = Object(value) as { label?: string; arn?: string }
      return label === undefined || arn === undefined ? [] : [[arn, label] as const]
    }),
  )
}

/** Every role that an account has, asked of the account. */
export const rolesOf = async (owner: Send): Promise<iam.Role[]> => {
  const { Roles = [], IsTruncated } = await owner<iam.ListRolesCommandOutput>('iam', new iam.ListRolesCommand({}))
  expect(IsTruncated).not.toBe(true)
  return Roles
}

export async function actorOf(connection: Connection, owner: Send, role: iam.Role, label: string): Promise<Actor> {
  const { Arn: arn = '', RoleName: name = '' } = role
  const boundary = await boundaryOf(owner, name)
  const own = { ...connection, credentials: await sessionOf(owner, role) }
  return {
    arn,
    name,
    label,
    account: connection.account,
    policies: await policiesOf(owner, name),
    ...(boundary === undefined ? {} : { boundary }),
    connection: own,
    send: sendAs(own),
  }
}

/**
 * A session as the role's service would have it. Most trust a service alone, so the account's administrator trusts himself
 * for a moment; that the trust is what it was before is checked here.
 */
async function sessionOf(owner: Send, { RoleName, Arn: RoleArn }: iam.Role) {
  const trust = async () => {
    const { Role } = await owner<iam.GetRoleCommandOutput>('iam', new iam.GetRoleCommand({ RoleName }))
    return text(Role?.AssumeRolePolicyDocument)
  }
  const put = (PolicyDocument: string) =>
    owner('iam', new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  const before = await trust()
  const { Arn: me } = await owner<sts.GetCallerIdentityCommandOutput>('sts', new sts.GetCallerIdentityCommand({}))
  await put(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        ...JSON.parse(before).Statement,
        { Effect: 'Allow', Principal: { AWS: me }, Action: 'sts:AssumeRole' },
      ],
    }),
  )
  try {
    const { Credentials } = await owner<sts.AssumeRoleCommandOutput>(
      'sts',
      new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'escalation' }),
    )
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  } finally {
    await put(before)
    expect(await trust()).toBe(before)
  }
}

/** Inline and attached, as IAM gives them back. */
export async function policiesOf(owner: Send, RoleName: string): Promise<Policy[]> {
  const { PolicyNames = [] } = await owner<iam.ListRolePoliciesCommandOutput>(
    'iam',
    new iam.ListRolePoliciesCommand({ RoleName }),
  )
  const { AttachedPolicies = [] } = await owner<iam.ListAttachedRolePoliciesCommandOutput>(
    'iam',
    new iam.ListAttachedRolePoliciesCommand({ RoleName }),
  )
  const inline = await each(PolicyNames, async PolicyName => {
    const { PolicyDocument } = await owner<iam.GetRolePolicyCommandOutput>(
      'iam',
      new iam.GetRolePolicyCommand({ RoleName, PolicyName }),
    )
    return { kind: 'identity', name: PolicyName, document: parsePolicy(text(PolicyDocument)) } satisfies Policy
  })
  return [...inline, ...(await each(AttachedPolicies, ({ PolicyArn = '' }) => managed(owner, PolicyArn, 'identity')))]
}

async function boundaryOf(owner: Send, RoleName: string): Promise<Policy | undefined> {
  const { Role } = await owner<iam.GetRoleCommandOutput>('iam', new iam.GetRoleCommand({ RoleName }))
  const arn = Role?.PermissionsBoundary?.PermissionsBoundaryArn
  return arn === undefined ? undefined : managed(owner, arn, 'boundary')
}

async function managed(owner: Send, PolicyArn: string, kind: Policy['kind']): Promise<Policy> {
  const { Policy } = await owner<iam.GetPolicyCommandOutput>('iam', new iam.GetPolicyCommand({ PolicyArn }))
  const { PolicyVersion } = await owner<iam.GetPolicyVersionCommandOutput>(
    'iam',
    new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  )
  return { kind, name: PolicyArn, document: parsePolicy(text(PolicyVersion?.Document)) }
}
