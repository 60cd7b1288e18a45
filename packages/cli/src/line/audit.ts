import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as http, type IncomingMessage } from 'node:http'
import { request as https } from 'node:https'
import { text } from 'node:stream/consumers'
import type { AuditEntry } from '@tripoint/twin'
import { operatorSeed, operatorToken, systemRandom } from '@tripoint/twin/operator'
import { trustedBy, twinEndpoint } from '../cloud/accounts.ts'

/** Every call that a running twin has seen, in order. */
export async function readAudit(state: string): Promise<AuditEntry[]> {
  const endpoint = twinEndpoint(state)
  const authority = trustedBy(state, endpoint)
  const asked = (endpoint.startsWith('https:') ? https : http)(`${endpoint}/_audit`, {
    headers: { authorization: `Bearer ${operatorToken(operatorSeed(state, systemRandom))}` },
    ...(authority === undefined ? {} : { ca: readFileSync(authority) }),
  })
  const [answer] = (await once(asked.end(), 'response')) as [IncomingMessage]
  return (await text(answer)).split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as AuditEntry]))
}
