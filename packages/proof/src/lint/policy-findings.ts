import type { Finding } from '../source/finding.ts'
import type { World, WrittenPolicy } from '../world/world.ts'
import { actionFindings } from './action-findings.ts'
import { arnFindings } from './arn-findings.ts'
import { conditionFindings } from './condition-findings.ts'
import { principalFindings } from './principal-findings.ts'
import { sizeFindings } from './size-findings.ts'
import { strayAccounts } from './stray-accounts.ts'

/** What is wrong with the policies as they are written, whoever may need them: dead, misdirected, too big, too open. */
export function policyFindings(world: World): Finding[] {
  const written = distinct(world.policies.filter(({ managed, spot }) => managed === undefined && spot.path.length > 0))
  return [
    ...written.flatMap(policy => [
      ...actionFindings(policy),
      ...arnFindings(policy),
      ...conditionFindings(policy),
      ...principalFindings(policy),
    ]),
    ...sizeFindings(world.policies),
    ...strayAccounts(world, written),
  ]
}

/** A managed policy belongs to everybody it is attached to, and is written once. */
function distinct(policies: readonly WrittenPolicy[]): WrittenPolicy[] {
  const seen = new Map<string, WrittenPolicy>()
  for (const policy of policies) {
    const key = `${policy.spot.file.name} ${JSON.stringify(policy.spot.path)} ${policy.side}`
    if (!seen.has(key)) seen.set(key, policy)
  }
  return [...seen.values()]
}
