import type { ConditionBlock } from '@tripoint/iam'
import type { Finding } from '../source/finding.ts'
import { below } from '../source/spot.ts'
import type { WrittenPolicy } from '../world/world.ts'
import { statementsOf } from './entry.ts'

/** Keys that say who asks, or for whom a service does. */
const WHO =
  /^aws:(Principal(Arn|Account|OrgID|OrgPaths|ServiceName|ServiceNamesList|Tag\/.*)|Source(Arn|Account|Owner|OrgID|OrgPaths|Vpc|Vpce|Ip)|userid|username|VpceAccount|VpceOrgID|VpceOrgPaths)$|^kms:CallerAccount$|^sts:ExternalId$|^s3:DataAccessPoint(Account|Arn)$/i

const POSITIVE = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)$/

/** Everybody: on purpose only where a condition says who. */
export function principalFindings(written: WrittenPolicy): Finding[] {
  return statementsOf(written).flatMap(({ statement, spot }): Finding[] => {
    const everybody = statement.Principal?.AWS?.includes('*') || statement.Principal?.Service?.includes('*')
    const others = statement.NotPrincipal !== undefined
    if (statement.Effect !== 'Allow' || (!everybody && !others)) return []
    const by = saidBy(statement.Condition)
    const at = below(spot, others ? 'NotPrincipal' : 'Principal')
    if (by.length > 0) return !others && by.every(key => NAME.test(key)) ? [{ ...HELD, spot: at }] : []
    return [
      {
        code: 'wildcard-principal',
        severity: 'error',
        message: others
          ? 'an Allow with NotPrincipal is for everybody but those named'
          : 'the principal is "*", and no condition says who',
        consequence: `anybody with an account of AWS, and anybody without one, may use ${written.owner}`,
        cure: 'name the roles or accounts, or add a condition on aws:PrincipalArn, aws:PrincipalAccount or aws:SourceArn',
        page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous',
        spot: at,
      },
    ]
  })
}

/** Keys that name one principal, whom `Principal` could name as well; an organization or a network it could not. */
const NAME = /^aws:(PrincipalArn|userid|username)$/i

/** Who is in the account of the resource has it of this statement alone. */
const HELD: Omit<Finding, 'spot'> = {
  code: 'wildcard-principal',
  severity: 'warning',
  message: 'the principal is "*", held by its condition alone',
  consequence:
    'in the account of the resource this is a grant by itself: no identity policy has to say it, and no permissions boundary or session policy limits it',
  cure: 'name the account as principal (arn:aws:iam::<account>:root) and keep the condition',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles',
}

/** The keys by which a condition says who. */
const saidBy = (condition: ConditionBlock = {}): string[] =>
  Object.entries(condition).flatMap(([operator, keys]) =>
    POSITIVE.test(operator)
      ? Object.entries(keys).flatMap(([key, values]) =>
          WHO.test(key) && !values.every(value => /^\*+$/.test(value)) ? [key] : [],
        )
      : [],
  )
