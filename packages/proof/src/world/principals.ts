import { managedPolicy } from '../managed/managed-policies.ts'
import type { Finding } from '../source/finding.ts'
import { below, type Spot } from '../source/spot.ts'
import { partitionOf } from '../template/physical.ts'
import { entryOf, isScalar, member } from '../template/value.ts'
import { type Built, lastPart, objects, property, propertySpot, type Report, texts } from './built.ts'
import { writtenPolicy } from './document.ts'
import { unknownManagedPolicy } from './managed-finding.ts'
import type { Principal, WrittenPolicy } from './world.ts'

type Kind = 'role' | 'user' | 'group'

/** Somebody while the policies that are his are gathered. */
interface Holder {
  readonly kind: Kind
  readonly arn: string
  readonly account: string
  readonly name: string
  readonly made?: Built
  readonly spot: Spot
  readonly identity: WrittenPolicy[]
  readonly groups: Set<Holder>
}

const TYPES: Readonly<Record<string, Kind>> = {
  'AWS::IAM::Role': 'role',
  'AWS::IAM::User': 'user',
  'AWS::IAM::Group': 'group',
}

/** Which property of a policy's resource names whom it is attached to. */
const ATTACHMENTS: readonly (readonly [string, Kind])[] = [
  ['Roles', 'role'],
  ['RoleName', 'role'],
  ['Users', 'user'],
  ['UserName', 'user'],
  ['Groups', 'group'],
  ['GroupName', 'group'],
]

const INLINE = ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy', 'AWS::IAM::GroupPolicy']

export interface Principals {
  readonly principals: readonly Principal[]
  readonly policies: readonly WrittenPolicy[]
}

export function principalsOf(all: readonly Built[], report: Report): Principals {
  const holders = new Map<string, Holder>()
  for (const built of all) {
    const kind = entryOf(TYPES, built.type)
    if (!kind) continue
    const { account } = built.stack.site
    const holder: Holder = {
      ...{ kind, arn: built.arn, account, name: built.name, made: built, spot: built.spot },
      ...{ identity: [], groups: new Set<Holder>() },
    }
    holders.set(key(kind, account, built.name), holder)
  }

  /** One that no template makes is somebody all the same: a policy is attached to him. */
  function holderOf(kind: Kind, text: string, by: Built): Holder {
    const { account, region } = by.stack.site
    const name = lastPart(text)
    const known = holders.get(key(kind, account, name))
    if (known) return known
    const arn = `arn:${partitionOf(region)}:iam::${account}:${kind}/${text.includes(':') ? name : text}`
    const holder: Holder = { kind, arn, account, name, spot: by.spot, identity: [], groups: new Set() }
    holders.set(key(kind, account, name), holder)
    return holder
  }
  const attachedTo = (built: Built): Holder[] =>
    ATTACHMENTS.flatMap(([name, kind]) => texts(property(built, name)).map(text => holderOf(kind, text, built)))

  const managed = new Map<string, Built>()
  for (const built of all) if (built.type === 'AWS::IAM::ManagedPolicy') managed.set(built.arn, built)

  /** A managed policy: one of these templates, one of AWS's, or one whose text is not here. */
  function attached(holder: Holder, arn: string, side: 'identity' | 'boundary', spot: Spot): WrittenPolicy {
    const own = managed.get(arn)
    const name = `${side === 'boundary' ? 'permissions boundary' : 'managed policy'} ${lastPart(arn)} of ${holder.arn}`
    const common = { side, owner: holder.arn, account: holder.account, name }
    if (own) {
      const document = property(own, 'PolicyDocument')
      return writtenPolicy({ ...common, kind: 'managed', document, spot: propertySpot(own, 'PolicyDocument') }, report)
    }
    const known = managedPolicy(arn.replace(/^arn:aws[^:]*:/, 'arn:aws:'))
    if (known) return { ...common, policy: { kind: side, name, document: known }, spot, managed: arn }
    report(unknownManagedPolicy(arn, holder.arn, spot))
    return {
      ...common,
      policy: { kind: side, name, document: { Version: '2012-10-17', Statement: [] } },
      spot,
      managed: arn,
      opaque: true,
    }
  }

  function embed(holder: Holder, policy: unknown, otherwise: string | number, spot: Spot): void {
    const { arn, account, identity } = holder
    const name = `inline policy ${text(member(policy, 'PolicyName')) ?? otherwise} of ${arn}`
    if (identity.some(each => each.policy.name === name)) {
      report(secondInlinePolicy(name, spot))
      return
    }
    const document = member(policy, 'PolicyDocument')
    const at = below(spot, 'PolicyDocument')
    identity.push(
      writtenPolicy({ side: 'identity', kind: 'identity', owner: arn, account, name, document, spot: at }, report),
    )
  }

  for (const holder of [...holders.values()]) {
    const built = holder.made
    if (!built) continue
    for (const [index, policy] of objects(property(built, 'Policies')).entries())
      embed(holder, policy, index, propertySpot(built, 'Policies', index))
    for (const [index, arn] of texts(property(built, 'ManagedPolicyArns')).entries()) {
      holder.identity.push(attached(holder, arn, 'identity', propertySpot(built, 'ManagedPolicyArns', index)))
    }
    for (const group of texts(property(built, 'Groups'))) holder.groups.add(holderOf('group', group, built))
  }
  for (const built of all) {
    if (INLINE.includes(built.type)) {
      for (const holder of attachedTo(built)) embed(holder, built.properties, built.logicalId, propertySpot(built))
    }
    if (built.type === 'AWS::IAM::ManagedPolicy') {
      for (const holder of attachedTo(built)) holder.identity.push(attached(holder, built.arn, 'identity', built.spot))
    }
    if (built.type === 'AWS::IAM::UserToGroupAddition') {
      const group = text(property(built, 'GroupName'))
      for (const user of texts(property(built, 'Users'))) {
        if (group !== undefined) holderOf('user', user, built).groups.add(holderOf('group', group, built))
      }
    }
  }

  const principals = [...holders.values()].flatMap(holder => (holder.kind === 'group' ? [] : principal(holder)))
  function principal(holder: Holder): Principal {
    const { kind, arn, account, name, made, spot } = holder
    const boundary = made && text(property(made, 'PermissionsBoundary'))
    const trust = made?.type === 'AWS::IAM::Role' ? trustOf(made, holder, report) : undefined
    return {
      ...{ kind: kind as 'role' | 'user', arn, account, name, made: made !== undefined, spot },
      ...(trust ? { trust } : {}),
      identity: [...holder.identity, ...[...holder.groups].flatMap(group => group.identity)],
      ...(boundary === undefined || !made
        ? {}
        : { boundary: attached(holder, boundary, 'boundary', propertySpot(made, 'PermissionsBoundary')) }),
    }
  }
  const policies = [...holders.values()].flatMap(({ identity }) => identity)
  return {
    principals,
    policies: [
      ...policies,
      ...principals.flatMap(({ trust, boundary }) => [trust, boundary].filter(each => each !== undefined)),
    ],
  }
}

function trustOf(role: Built, holder: Holder, report: Report): WrittenPolicy {
  return writtenPolicy(
    {
      ...{ side: 'trust', kind: 'trust', owner: holder.arn, account: holder.account },
      name: `trust policy of ${holder.arn}`,
      document: property(role, 'AssumeRolePolicyDocument'),
      spot: propertySpot(role, 'AssumeRolePolicyDocument'),
    },
    report,
  )
}

const key = (kind: Kind, account: string, name: string) => `${account} ${kind} ${name}`
const text = (value: unknown): string | undefined => (isScalar(value) ? String(value) : undefined)

const secondInlinePolicy = (name: string, spot: Spot): Finding => ({
  code: 'second-inline-policy',
  severity: 'error',
  message: `there is a second ${name}`,
  consequence:
    'CloudFormation refuses it, or the one that is deployed later replaces the other; the first is judged here',
  cure: 'give each a PolicyName of its own',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html',
  spot,
})
