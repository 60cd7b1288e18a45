import type { Finding } from '../source/finding.ts'
import { below, type Spot } from '../source/spot.ts'
import type { World, WrittenPolicy } from '../world/world.ts'
import { statementsOf } from './entry.ts'

/** Account numbers that nobody declared: left over from where the policy was copied, or somebody else's. */
export function strayAccounts(world: World, policies: readonly WrittenPolicy[]): Finding[] {
  const declared = new Set(world.accounts.map(({ id }) => id))
  const seen = new Set<string>()
  return policies.flatMap(policy =>
    mentions(policy).flatMap(({ text, spot }) => {
      const account = accountIn(text)
      const key = `${spot.file.name} ${account}`
      if (account === undefined || declared.has(account) || seen.has(key)) return []
      seen.add(key)
      return [stray(account, text, spot, [...declared])]
    }),
  )
}

interface Mention {
  readonly text: string
  readonly spot: Spot
}

const mentions = (policy: WrittenPolicy): Mention[] =>
  statementsOf(policy).flatMap(({ statement, spot }) => [
    ...(['Resource', 'NotResource'] as const).flatMap(name =>
      (statement[name] ?? []).map((text, index) => ({ text, spot: below(spot, name, index) })),
    ),
    ...(['Principal', 'NotPrincipal'] as const).flatMap(name =>
      (statement[name]?.AWS ?? []).map((text, index) => ({ text, spot: below(spot, name, 'AWS', index) })),
    ),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).flatMap(([key, values]) =>
        values.map((text, index) => ({ text, spot: below(spot, 'Condition', operator, key, index) })),
      ),
    ),
  ])

/** AWS's own images are in accounts of AWS, one for each region: an ecr ARN says nothing about ours. */
function accountIn(text: string): string | undefined {
  if (/^\d{12}$/.test(text)) return text
  const [, , service, , account = ''] = text.split(':')
  return service !== 'ecr' && text.startsWith('arn:') && /^\d{12}$/.test(account) ? account : undefined
}

const stray = (account: string, text: string, spot: Spot, declared: readonly string[]): Finding => ({
  code: 'stray-account',
  severity: 'warning',
  message: `account ${account}, in ${text}, is none of ${declared.length > 6 ? `the ${declared.length} that are declared` : declared.join(', ')}`,
  consequence: 'somebody else is given access, or the statement means nothing here',
  cure: 'write the account that was meant, or declare it',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  spot,
})
