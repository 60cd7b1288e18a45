import { timingSafeEqual } from 'node:crypto'
import { type AuditEntry, operatorToken, type Route } from './gate/index.ts'

/**
 * `GET /_audit?after=NUMBER`: the audit as JSON lines, for who can read the state directory's seed (`operatorToken`).
 * It is no AWS API; on AWS, CloudTrail tells the same less precisely.
 */
export const auditRoute =
  (seed: Uint8Array, audit: (after: number) => Iterable<AuditEntry>): Route =>
  async (request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    const wanted = Buffer.from(`Bearer ${operatorToken(seed)}`)
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      response.writeHead(403).end()
      return
    }
    const after = Number(new URL(request.url ?? '/', 'http://twin').searchParams.get('after') ?? 0)
    response.writeHead(200, { 'content-type': 'application/jsonl' })
    for (const entry of audit(Number.isSafeInteger(after) ? after : 0)) response.write(`${JSON.stringify(entry)}\n`)
    response.end()
  }
