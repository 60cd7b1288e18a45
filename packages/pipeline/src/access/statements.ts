import { type Access, accountOfArn, type Conditions, type Principal, principalText, type Side } from './access.ts'

/** A policy statement as it is written into a template. */
export interface Statement {
  readonly Effect: 'Allow'
  readonly Principal?: Readonly<Record<string, string>>
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Conditions
}

/** The identity policy of a role or a person. */
export const identityStatements = (list: readonly Access[], arn: string): Statement[] =>
  written(list.filter(access => says(access, 'identity', 'pass-role') && principalText(access.principal) === arn))

/** The trust policy of a role: no resource, the role itself is meant. */
export const trustStatements = (list: readonly Access[], roleArn: string): Statement[] =>
  byPrincipal(list.filter(access => says(access, 'trust') && access.resource === roleArn)).flatMap(([principal, own]) =>
    written(own).map(({ Resource: _, ...statement }) => spoken(principal, statement)),
  )

/** The bucket policy's allowing half. */
export const bucketStatements = (list: readonly Access[]): Statement[] =>
  byPrincipal(list.filter(access => says(access, 'resource'))).flatMap(([principal, own]) =>
    written(own).map(statement => spoken(principal, statement)),
  )

/** The key policy's statements of use: `*` is the key itself. */
export const keyStatements = (list: readonly Access[]): Statement[] =>
  byPrincipal(list.filter(access => says(access, 'key'))).flatMap(([principal, own]) =>
    written(own).map(statement => spoken(principal, { ...statement, Resource: '*' })),
  )

const says = (access: Access, ...sides: readonly Side[]): boolean => access.sides.some(side => sides.includes(side))

/**
 * Statements as few as they can be without allowing more: actions of one resource and condition together,
 * then resources of the same actions and condition.
 */
function written(list: readonly Access[]): Statement[] {
  const byResource = grouped(list, access => JSON.stringify([access.resource, access.conditions ?? {}]))
  const rows = byResource.map(own => ({
    actions: [...new Set(own.map(access => access.action))].toSorted(),
    resource: own[0]?.resource ?? '',
    conditions: own[0]?.conditions,
  }))
  return grouped(rows, row => JSON.stringify([row.actions, row.conditions ?? {}])).map(own => ({
    Effect: 'Allow',
    Action: one(own[0]?.actions ?? []),
    Resource: one(own.map(row => row.resource)),
    ...(own[0]?.conditions ? { Condition: own[0].conditions } : {}),
  }))
}

/**
 * A role or user is named by its account and `aws:PrincipalArn`: it need not exist yet, and one that is deleted and made again
 * is still meant, where a principal by ARN would have become a dead unique id.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function spoken(principal: Principal, statement: Omit<Statement, 'Principal'>): Statement {
  const { Effect, Condition, ...rest } = statement
  if (principal.kind === 'service')
    return { Effect, Principal: { Service: principal.name }, ...rest, ...(Condition ? { Condition } : {}) }
  return {
    Effect,
    Principal: { AWS: `arn:aws:iam::${accountOfArn(principal.arn)}:root` },
    ...rest,
    Condition: { ...Condition, ArnEquals: { ...Condition?.ArnEquals, 'aws:PrincipalArn': principal.arn } },
  }
}

const byPrincipal = (list: readonly Access[]): [Principal, Access[]][] =>
  grouped(list, access => principalText(access.principal)).map(own => [own[0]!.principal, own])

function grouped<T>(list: readonly T[], keyOf: (item: T) => string): T[][] {
  return [...Map.groupBy(list, keyOf).values()]
}

const one = (list: readonly string[]): string | readonly string[] => (list.length === 1 ? list[0]! : list)
