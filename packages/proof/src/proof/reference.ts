import { type Policy, type PolicyKind, parsePolicy } from '@tripoint/iam'
import { type Access, accountOfArn, type Guard, principalText, type Side } from '@tripoint/pipeline'
import type { Administration, Needs } from '../needs/need.ts'
import type { WrittenPolicy } from '../world/world.ts'

/** The policies that an owner has on one side: `identity` of a role, `trust` of a role, `resource` of a bucket, `key` of a key. */
export type PolicySide = Exclude<WrittenPolicy['side'], 'boundary'>

/** What the needs ask of one owner on one side, one statement a need: what its policies are compared with. */
export interface Reference {
  readonly owner: string
  readonly side: PolicySide
  readonly policy: Policy
  /** the same without what has to be denied: a guard that is gone is told as that, and not once more for all that it held back */
  readonly allows: Policy
}

export type Statement = Readonly<Record<string, unknown>>

/** Of which policies something is said: those of one owner on one side. */
export const keyOf = ({ side, owner }: { readonly side: string; readonly owner: string }): string => `${side} ${owner}`

export function referencesOf(needs: Needs): Reference[] {
  const parts = [
    ...needs.list.flatMap(({ access }) => access.sides.map(side => partOf(access, side))),
    ...needs.guards.map(guardPart),
    ...needs.administration.map(administrationPart),
  ]
  return [...Map.groupBy(parts, keyOf).values()].map(own => {
    const { owner, side } = own[0]!
    const statements = own.map(({ statement }) => statement)
    return {
      owner,
      side,
      policy: policyOf(side, owner, statements),
      allows: policyOf(
        side,
        owner,
        statements.filter(({ Effect }) => Effect === 'Allow'),
      ),
    }
  })
}

export const noneOf = (side: PolicySide, owner: string): Reference => {
  const policy = policyOf(side, owner, [])
  return { owner, side, policy, allows: policy }
}

export function policyOf(side: PolicySide, owner: string, statements: readonly Statement[]): Policy {
  const kind: PolicyKind = side === 'identity' ? 'identity' : 'resource'
  return {
    kind,
    name: `what is needed of ${owner}`,
    document:
      statements.length === 0
        ? { Version: '2012-10-17', Statement: [] }
        : parsePolicy({ Version: '2012-10-17', Statement: statements }),
  }
}

interface Part {
  readonly owner: string
  readonly side: PolicySide
  readonly statement: Statement
  readonly access?: Access
}

const PLACES: Readonly<Record<Side, (access: Access) => Omit<Part, 'access'>>> = {
  identity: access => ({ owner: principalText(access.principal), side: 'identity', statement: allowed(access) }),
  'pass-role': access => ({ owner: principalText(access.principal), side: 'identity', statement: allowed(access) }),
  trust: access => ({ owner: access.resource, side: 'trust', statement: { ...named(access), Resource: undefined } }),
  resource: access => ({ owner: ownerOf(access.resource), side: 'resource', statement: named(access) }),
  key: access => ({ owner: access.resource, side: 'key', statement: { ...named(access), Resource: '*' } }),
}

export const partOf = (access: Access, side: Side): Part => ({ ...PLACES[side](access), access })

/** Objects lie in their bucket. */
const ownerOf = (arn: string): string => (/^arn:[^:]+:s3:::/.test(arn) ? arn.split('/', 1)[0]! : arn)

const allowed = ({ action, resource, conditions }: Access): Statement => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(conditions ? { Condition: conditions } : {}),
})

function named(access: Access): Statement {
  const { principal, conditions } = access
  if (principal.kind === 'service') return { ...allowed(access), Principal: { Service: principal.name } }
  return {
    ...allowed(access),
    Principal: { AWS: `arn:aws:iam::${accountOfArn(principal.arn)}:root` },
    Condition: { ...conditions, ArnEquals: { ...conditions?.ArnEquals, 'aws:PrincipalArn': principal.arn } },
  }
}

export const guardPart = ({ owner, id, action, resources, conditions }: Guard): Part => ({
  owner,
  side: 'resource',
  statement: { Sid: id, Effect: 'Deny', Principal: '*', Action: action, Resource: resources, Condition: conditions },
})

export const administrationPart = ({ owner, account, actions }: Administration): Part => ({
  owner,
  side: 'key',
  statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: actions, Resource: '*' },
})
