import type { Finding, Severity } from '../source/finding.ts'
import type { WrittenPolicy } from '../world/world.ts'

interface Quota {
  readonly limit: number
  readonly what: string
  readonly page: string
  /** above `limit` it can be raised this far */
  readonly most?: number
  readonly cure?: string
}

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html'

/** White space is not counted for IAM's policies. */
const QUOTAS: Readonly<Record<string, Quota>> = {
  role: { limit: 10_240, what: 'the inline policies of a role together have', page: IAM },
  user: { limit: 2_048, what: 'the inline policies of a user together have', page: IAM },
  group: { limit: 5_120, what: 'the inline policies of a group together have', page: IAM },
  managed: { limit: 6_144, what: 'a managed policy has', page: IAM },
  trust: { limit: 2_048, most: 4_096, what: 'a trust policy has', page: IAM },
  bucket: {
    limit: 20_480,
    what: 'a bucket policy has',
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
  },
  key: {
    limit: 32_768,
    what: 'a key policy has',
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
  },
}

/** Policies that AWS refuses for their size: `Maximum policy size of 10240 bytes exceeded for role`. */
export function sizeFindings(policies: readonly WrittenPolicy[]): Finding[] {
  const inline = new Map<string, WrittenPolicy[]>()
  const single = new Map<string, readonly [WrittenPolicy, string]>()
  for (const policy of policies) {
    if (policy.size === undefined) continue
    const kind = kindOf(policy)
    if (kind === 'role' || kind === 'user' || kind === 'group') {
      inline.set(policy.owner, [...(inline.get(policy.owner) ?? []), policy])
    } else if (kind) single.set(`${policy.spot.file.name} ${policy.spot.path.join('.')} ${kind}`, [policy, kind])
  }
  return [
    ...[...inline.values()].flatMap(own => finding(own, QUOTAS[kindOf(own[0]!)!]!)),
    ...[...single.values()].flatMap(([policy, kind]) => finding([policy], QUOTAS[kind]!)),
  ]
}

function kindOf({ side, owner, policy, spot }: WrittenPolicy): string | undefined {
  if (side === 'trust' || side === 'key') return side
  if (side === 'boundary' || /^managed policy /.test(policy.name)) return 'managed'
  if (side === 'resource') return owner.split(':')[2] === 's3' && spot.path.length > 0 ? 'bucket' : undefined
  return /^arn:[^:]*:iam::\d{12}:(role|user|group)\//.exec(owner)?.[1]
}

function finding(own: readonly WrittenPolicy[], { limit, most, what, page }: Quota): Finding[] {
  const size = own.reduce((sum, policy) => sum + (policy.size ?? 0), 0)
  if (size <= limit) return []
  const severity: Severity = most !== undefined && size <= most ? 'warning' : 'error'
  const raise = severity === 'warning' ? `; the quota can be raised to ${most}` : ''
  return [
    {
      code: 'policy-too-large',
      severity,
      message: `${own[0]!.policy.name} has ${size.toLocaleString('en')} characters${own.length > 1 ? ` with the other ${own.length - 1}` : ''}; ${what} at most ${limit.toLocaleString('en')}${raise}`,
      consequence: `AWS refuses it: Maximum policy size of ${limit} bytes exceeded`,
      cure: 'merge statements, take wildcards for names that share a prefix, or move some into a managed policy',
      page,
      spot: own[0]!.spot,
    },
  ]
}
