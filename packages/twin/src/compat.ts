import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLoopback } from './address.ts'
import type { Reader } from './engine/index.ts'
import { accessKeys, type Principal, rootOf, sessions } from './gate/index.ts'

/** Whoever accepts keys without a signature accepts them from this machine only. */
export class CompatNeedsLoopback extends Error {}

export function demandLoopback(host: string): void {
  if (isLoopback(host)) return
  throw new CompatNeedsLoopback(
    `compat lets anyone in without a signature: it listens on 127.0.0.1 only, not on ${host}`,
  )
}

/** The account of keys that name none. */
const usualAccount = '123456789012'

/** Root of the account that an unknown key names. A key that is known is never a stranger's, even when it is inactive or expired. */
export function strangerOf(read: Reader, accessKeyId: string): Principal | undefined {
  if (sessions.get(read, accessKeyId) !== undefined || accessKeys.get(read, accessKeyId) !== undefined) return undefined
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : usualAccount
  return { ...rootOf(account), accessKeyId, unverified: true }
}

const answers: Record<string, { status: number; body: string; resets: boolean }> = {
  '/moto-api/reset': { status: 200, body: '{"status":"ok"}', resets: true },
  '/moto-api/config': { status: 201, body: '{}', resets: false },
}

/** What suites that were written for other emulators ask of one between their tests; true: it was asked. */
export async function compatAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  reset: () => Promise<void>,
): Promise<boolean> {
  const found = answers[(request.url ?? '').split('?')[0] ?? '']
  if (found === undefined || request.method !== 'POST') return false
  request.resume()
  const answer = (status: number, body: string) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    return true
  }
  // A page in a browser can post here too, and says so.
  if (request.headers.origin !== undefined) return answer(403, '{"status":"refused"}')
  if (found.resets) await reset()
  return answer(found.status, found.body)
}
