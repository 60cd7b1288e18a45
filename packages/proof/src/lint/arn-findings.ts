import type { Finding } from '../source/finding.ts'
import { entryOf } from '../template/value.ts'
import type { WrittenPolicy } from '../world/world.ts'
import { entries, statementsOf, withoutVariables } from './entry.ts'

const PAGE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html'

/** ARNs that AWS takes, and that no resource has. */
export function arnFindings(written: WrittenPolicy): Finding[] {
  return statementsOf(written).flatMap(placed =>
    (['Resource', 'NotResource'] as const).flatMap(element =>
      entries(placed, element).flatMap(({ value, spot }): Finding[] => {
        const wrong = arnProblem(withoutVariables(value))
        return wrong === undefined
          ? []
          : [
              {
                code: 'malformed-arn',
                severity: 'error',
                message: `${value} ${wrong}`,
                consequence: 'no resource has such an ARN, so the entry means nothing',
                cure: 'write arn:aws:service:region:account:resource',
                page: PAGE,
                spot,
              },
            ]
      }),
    ),
  )
}

/** Regions and accounts that these services leave out of their ARNs. */
const GLOBAL: Readonly<Record<string, { region: boolean; account: boolean }>> = {
  iam: { region: false, account: true },
  s3: { region: false, account: false },
}

/** Why no resource has the ARN; undefined where one may. */
export function arnProblem(arn: string): string | undefined {
  if (arn === '*' || !arn.startsWith('arn:')) return undefined
  const [, , service = '', region = '', account = '', ...resource] = arn.split(':')
  if (/^\d+$/.test(account) && account.length !== 12)
    return `has an account of ${account.length} digits; accounts have 12`
  if (account !== '' && !/^(\d{12}|aws|cloudfront|third-party|aws-marketplace|.*[*?<].*)$/.test(account))
    return `has "${account}" where its account has to stand`
  if (/^\d{12}$/.test(region)) return 'has an account where its region has to stand'
  const rule = entryOf(GLOBAL, service)
  if (service === 's3' && account === '' && region === '' && resource.join(':') === '') return 'names no bucket'
  if (
    service === 's3' &&
    /^\d{12}$/.test(account) &&
    region === '' &&
    !/^(\*|accesspoint|access-grants|job|storage-lens)/.test(resource[0] ?? '')
  )
    return 'has an account, which the ARN of a bucket has not'
  if (rule && !rule.region && service === 'iam' && region !== '' && !region.includes('*'))
    return 'has a region, which the ARNs of iam have not'
  return undefined
}
