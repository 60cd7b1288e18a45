import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Clock, createWhole, type Random } from './engine/index.ts'
import type { Pair, Vouching } from './wire/index.ts'

/** The certificate of a state directory's own authority: who trusts it, trusts its twin. */
export const authorityFile = (state: string): string => join(resolve(state), 'tls', 'ca.pem')

/**
 * The authority of a state directory, made once and kept, its key readable by its owner alone. The key of the server
 * lives in memory, as long as the twin does.
 */
export async function authority(
  state: string,
  { host, clock, random }: { host: string; clock: Clock; random: Random },
): Promise<Vouching> {
  const { authorityCertificate, newKey, serverPair } = await import('./wire/certificate.ts')
  const writing = () => ({ serial: random.bytes(16), now: clock.now() })
  const file = authorityFile(state)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const key = await kept(join(dirname(file), 'ca-key.pem'), async () => newKey())
  const own: Pair = { key, certificate: await kept(file, () => authorityCertificate(key, 'Tripoint twin', writing())) }
  check(own, file, clock.now())
  const serverKey = newKey()
  return { names: namesOf(host), issue: names => serverPair(own, serverKey, names, writing()) }
}

async function kept(file: string, make: () => Promise<string>): Promise<string> {
  if (!existsSync(file)) createWhole(file, await make())
  return readFileSync(file, 'utf8')
}

function check({ key, certificate }: Pair, file: string, now: number): void {
  const read = new X509Certificate(certificate)
  const wrong = !read.checkPrivateKey(createPrivateKey(key))
    ? 'is not the certificate of the key beside it'
    : now > Date.parse(read.validTo)
      ? 'has expired'
      : undefined
  if (wrong !== undefined) throw new Error(`${file} ${wrong}: remove ${dirname(file)}, and a new one is made`)
}

/** What clients on this machine call it, and those elsewhere where it listens to them. */
function namesOf(host: string): string[] {
  const everywhere = host === '0.0.0.0' || host === '::'
  const addresses = Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(({ address }) => address))
  const outside = everywhere ? [hostname(), ...addresses] : [host]
  return [...new Set(['localhost', '*.localhost', '127.0.0.1', '::1', ...outside])]
}
