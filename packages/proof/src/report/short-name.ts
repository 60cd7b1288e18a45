import type { Subject } from './report.ts'

/** How people call what an ARN names; the whole ARN stands in the JSON. */
export interface Names {
  /** `churn-pipeline`, `s3://churn/data/*`, `key/0a1b2c3d…` */
  short(arn: string): string
  /** with its account before it: `training churn-train` */
  placed(arn: string): string
  /** `training`, or the number of an account that nobody declared */
  account(id: string): string
}

export function namesIn({ accounts }: Subject): Names {
  const labels = new Map(accounts.map(({ id, label }) => [id, label]))
  const account = (id: string) => labels.get(id) ?? id
  const short = (arn: string) => shortName(arn, account)
  return {
    account,
    short,
    placed(arn) {
      const { account: id, resource } = partsOf(arn)
      const name = short(arn)
      // Stacks name what they make after themselves, and accounts are called by their stacks.
      const said = id === '' || resource === 'root' || name.startsWith(`${account(id)}-`)
      return said ? name : `${account(id)} ${name}`
    },
  }
}

const SERVICE = 'service:'
const ID = /^(key\/[0-9a-f]{8})-[0-9a-f-]{27}$/

function shortName(arn: string, account: (id: string) => string): string {
  if (arn === 'anonymous') return 'anybody'
  if (arn.startsWith(SERVICE)) return arn.slice(SERVICE.length)
  if (!arn.startsWith('arn:')) return arn
  const { service, account: id, resource } = partsOf(arn)
  if (service === 's3') return `s3://${resource}`
  if (service === 'kms') return resource.replace(ID, '$1…')
  if (service === 'iam' || service === 'sts') {
    if (resource === 'root') return `account ${id}${account(id) === id ? '' : ` (${account(id)})`}`
    // Two roles of one name may differ in their path.
    if (resource.startsWith('role/') && !resource.includes('*')) return resource.slice('role/'.length)
    return resource
  }
  return `${service}:${resource}`
}

interface Parts {
  readonly service: string
  readonly account: string
  readonly resource: string
}

export function partsOf(arn: string): Parts {
  const [, , service = '', , account = '', ...rest] = arn.startsWith('arn:') ? arn.split(':') : []
  return { service, account, resource: rest.join(':') }
}
