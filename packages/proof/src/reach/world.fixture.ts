import { type PolicyKind, parsePolicy, type ResourceRule } from '@tripoint/iam'
import type { Access } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import type { SourceFile, Spot } from '../source/spot.ts'
import type { Principal, Resource, World, WrittenPolicy } from '../world/world.ts'

export const A = '111111111111'
export const B = '222222222222'
export const C = '333333333333'

type Statement = Readonly<Record<string, unknown>>

export interface RoleInput {
  readonly account: string
  readonly name: string
  readonly kind?: 'role' | 'user'
  readonly trust?: readonly Statement[]
  readonly identity?: readonly Statement[]
  readonly opaque?: string
}

export interface ResourceInput {
  readonly type: string
  readonly account: string
  readonly arn: string
  readonly name?: string
  readonly rule?: ResourceRule
  readonly policy?: readonly Statement[]
  readonly properties?: Readonly<Record<string, unknown>>
}

const file: SourceFile = { name: 'world.json', text: '', value: {}, placeOf: () => ({ line: 1, column: 1 }) }
const spotOf = (...path: (string | number)[]): Spot => ({ file, path })

const LABELS: Readonly<Record<string, string>> = { [A]: 'shared', [B]: 'training', [C]: 'production' }

/** A world out of plain data. */
export function worldOf(roles: readonly RoleInput[], others: readonly ResourceInput[] = []): World {
  const principals = roles.map(principalOf)
  const resources = [...principals.map(roleResource), ...others.map(resourceOf)]
  const accounts = [...new Set([A, B, C, ...resources.map(({ account }) => account)])]
  return {
    files: [file],
    accounts: accounts.map(id => ({ id, label: LABELS[id] ?? id, known: 'given' })),
    stacks: accounts.map(account => ({ name: account, account, region: 'us-east-1', file })),
    principals,
    resources,
    policies: [
      ...principals.flatMap(({ trust, identity }) => [...(trust ? [trust] : []), ...identity]),
      ...resources.flatMap(({ policy, rule }) => (policy && rule !== 'trust' ? [policy] : [])),
    ],
    findings: [],
  }
}

const arnOf = ({ account, name, kind = 'role' }: RoleInput): string => `arn:aws:iam::${account}:${kind}/${name}`

function principalOf(input: RoleInput): Principal {
  const arn = arnOf(input)
  const { account, name, kind = 'role', trust, identity, opaque } = input
  const own = identity ? [written('identity', arn, account, identity)] : []
  const managed = opaque
    ? [{ ...written('identity', arn, account, [], opaque), opaque: true as const, managed: opaque }]
    : []
  return {
    kind,
    arn,
    account,
    name,
    made: true,
    ...(trust ? { trust: written('trust', arn, account, trust) } : {}),
    identity: [...own, ...managed],
    spot: spotOf('Resources', name),
  }
}

const roleResource = ({ arn, account, name, trust, spot }: Principal): Resource => ({
  type: 'AWS::IAM::Role',
  logicalId: name,
  stack: account,
  account,
  region: 'us-east-1',
  arn,
  name,
  ...(trust ? { policy: trust } : {}),
  rule: 'trust',
  properties: {},
  spot,
})

function resourceOf({
  type,
  account,
  arn,
  name = arn.split(':').at(-1)!,
  rule = 'plain',
  policy,
  properties = {},
}: ResourceInput): Resource {
  const side = rule === 'key' ? 'key' : 'resource'
  return {
    type,
    logicalId: name,
    stack: account,
    account,
    region: 'us-east-1',
    arn,
    name,
    ...(policy ? { policy: written(side, arn, account, policy) } : {}),
    rule,
    properties,
    spot: spotOf('Resources', name),
  }
}

function written(
  side: WrittenPolicy['side'],
  owner: string,
  account: string,
  statements: readonly Statement[],
  name?: string,
): WrittenPolicy {
  const kind: PolicyKind = side === 'identity' ? 'identity' : 'resource'
  const Statement = statements.map(each => ({ Effect: 'Allow', ...each }))
  return {
    side,
    owner,
    account,
    policy: {
      kind,
      name: name ?? `${side} policy of ${owner}`,
      document:
        statements.length === 0
          ? { Version: '2012-10-17', Statement: [] }
          : parsePolicy({ Version: '2012-10-17', Statement }),
    },
    spot: spotOf('Resources', owner, side),
  }
}

export const needsOf = (list: readonly Access[] = []): Needs => ({
  from: 'definition',
  list: list.map(access => ({ access })),
  guards: [],
  administration: [],
})

export const need = (
  principal: string,
  action: string,
  resource: string,
  conditions?: Access['conditions'],
): Access => ({
  id: `${principal}/${action}/${resource}`,
  hop: 'workflow',
  step: 'Train/Workflow',
  principal: { kind: 'role', arn: principal, account: principal.split(':')[4]! },
  action,
  resource,
  account: resource.split(':')[4] || A,
  ...(conditions ? { conditions } : {}),
  sides: ['identity'],
  absence: { does: 'degrades' },
  because: 'the line works by it',
  page: 'https://docs.aws.amazon.com',
})
