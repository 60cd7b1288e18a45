import type { Access, Names } from '@tripoint/pipeline'
import type { CloudFormationTemplate } from './synth.ts'

type Json = { readonly [key: string]: unknown }

export interface Grant {
  readonly side: string
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly conditions: Json
}

interface Policy {
  readonly side: 'identity' | 'trust' | 'resource' | 'key'
  /** whose policy it is, by ARN; a bucket's and the key's statements name their principals */
  readonly owner: string
  readonly statements: readonly Json[]
}

/** Every policy of a template, read back independently of how it was written. */
export function policiesOf(template: CloudFormationTemplate, account: string): Policy[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties }): Policy[] => {
    const arn = (kind: string, name: unknown) => `arn:aws:iam::${account}:${kind}/${String(name)}`
    if (Type === 'AWS::KMS::Key') return [{ side: 'key', owner: 'key', statements: statements(Properties.KeyPolicy) }]
    if (Type === 'AWS::S3::BucketPolicy')
      return [{ side: 'resource', owner: 'bucket', statements: statements(Properties.PolicyDocument) }]
    if (Type === 'AWS::IAM::ManagedPolicy')
      return list(Properties.Users).map(user => ({
        side: 'identity',
        owner: arn('user', user),
        statements: statements(Properties.PolicyDocument),
      }))
    if (Type !== 'AWS::IAM::Role') return []
    const owner = arn('role', Properties.RoleName)
    const inline = list(Properties.Policies) as Json[]
    return [
      { side: 'trust', owner, statements: statements(Properties.AssumeRolePolicyDocument) },
      ...inline.map(
        ({ PolicyDocument }): Policy => ({ side: 'identity', owner, statements: statements(PolicyDocument) }),
      ),
    ]
  })
}

/** What a policy allows, one action on one resource at a time, in the words of the access list. */
export const grantsOf = (policy: Policy, names: Names): Grant[] =>
  policy.statements
    .filter(statement => statement.Effect === 'Allow')
    .flatMap(statement => {
      const { principal, conditions } = principalOf(statement, policy)
      const resources = policy.side === 'trust' ? [policy.owner] : list(statement.Resource, names)
      return list(statement.Action).flatMap(action =>
        resources.map(resource => ({
          side: policy.side,
          principal,
          action: String(action),
          resource: policy.side === 'key' ? names.keyArn : String(resource),
          conditions,
        })),
      )
    })

export const listed = (access: Access): Grant[] =>
  access.sides.map(side => ({
    side: side === 'pass-role' ? 'identity' : side,
    principal: access.principal.kind === 'service' ? access.principal.name : access.principal.arn,
    action: access.action,
    resource: access.resource,
    conditions: access.conditions ?? {},
  }))

export const written = (grant: Grant): string =>
  JSON.stringify([grant.side, grant.principal, grant.action, grant.resource, grant.conditions])

function principalOf(statement: Json, policy: Policy): { principal: string; conditions: Json } {
  const { ArnEquals, ...others } = (statement.Condition ?? {}) as Record<string, Json>
  const { 'aws:PrincipalArn': arn, ...rest } = ArnEquals ?? {}
  const conditions = Object.keys(rest).length > 0 ? { ...others, ArnEquals: rest } : others
  if (policy.side === 'identity') return { principal: policy.owner, conditions }
  const { AWS, Service } = statement.Principal as Json
  if (arn !== undefined && AWS !== `arn:aws:iam::${String(arn).split(':')[4]}:root`)
    throw new Error(`${String(arn)} is not a principal of ${String(AWS)}`)
  return { principal: String(arn ?? Service ?? AWS), conditions }
}

const statements = (document: unknown): Json[] => (document as { Statement: Json[] }).Statement

function list(value: unknown, names?: Names): unknown[] {
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return all.map(one => (names !== undefined && isKey(one) ? names.keyArn : one))
}

const isKey = (value: unknown): boolean =>
  ['{"Ref":"KeyArn"}', '{"Fn::GetAtt":["Key","Arn"]}'].includes(JSON.stringify(value))
