import type { AuditEntry } from '@tripoint/twin'
import { operatorSeed, operatorToken, systemRandom } from '@tripoint/twin/operator'
import { twinEndpoint } from '../cloud/accounts.ts'

/** Every call that a running twin has seen, in order. */
export async function readAudit(state: string): Promise<AuditEntry[]> {
  const answer = await fetch(`${twinEndpoint(state)}/_audit`, {
    headers: { authorization: `Bearer ${operatorToken(operatorSeed(state, systemRandom))}` },
  })
  return (await answer.text()).split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as AuditEntry]))
}
