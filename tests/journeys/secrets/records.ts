import { createPrivateKey } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { openStore, systemRandom } from '../../../packages/twin/src/engine/index.ts'
import { operatorKey, operatorSeed, operatorToken } from '../../../packages/twin/src/operator.ts'
import type { Place, Secret } from './search.ts'

/** Tables of the state directory that hold secrets, and why they must. Whatever else holds one leaks it. */
const KEEPERS: Readonly<Record<string, string>> = {
  'iam/key': 'a signature is verified with the secret itself',
  'sts/session': 'a signature is verified with the secret itself',
  'kms/key': 'it is what KMS is for',
  'lambda/function': 'its variables are handed to its process',
  'cloudformation/stack': 'the next update uses the parameter as it is',
  'cloudformation/resource': 'the next update compares a property with what it is',
  'states/execution': 'DescribeExecution gives the input back',
  'states/history': 'GetExecutionHistory gives the input back',
}

/** Every table of a closed state, as text: strings as they are, bytes as hexadecimal. */
export async function tables(state: string): Promise<{ places: Place[]; secrets: Secret[] }> {
  const store = openStore(state)
  const places: Place[] = []
  const secrets: Secret[] = []
  for (const { key, value } of store.list([])) {
    const [table = '', ...id] = key.map(String)
    if (!(table in KEEPERS)) places.push({ where: `the table ${table}`, text: `${id.join(' ')} ${json(value)}` })
    secrets.push(...(HOLDERS[table]?.(value as never, id.join(' ')) ?? []))
  }
  await store.close()
  return { places, secrets }
}

const json = (value: unknown) =>
  JSON.stringify(value, (_name, member) =>
    member instanceof Uint8Array
      ? Buffer.from(member).toString('hex')
      : member?.type === 'Buffer'
        ? Buffer.from(member.data).toString('hex')
        : member,
  )

const HOLDERS: Readonly<Record<string, (value: never, id: string) => Secret[]>> = {
  'iam/key': ({ secret }: { secret: string }, id) => [{ what: `the secret of ${id}`, value: secret }],
  'sts/session': ({ secret, token }: { secret: string; token: string }, id) => [
    { what: `the secret of ${id}`, value: secret },
    { what: `the token of ${id}`, value: token },
  ],
  'kms/key': ({ materials }: { materials: Uint8Array[] }, id) =>
    materials.map(value => ({ what: `the material of ${id}`, value })),
}

/** What follows from the seed. */
export function operatorSecrets(state: string, accounts: readonly string[]): Secret[] {
  const seed = operatorSeed(state, systemRandom)
  return [
    { what: "the operators' seed", value: seed },
    { what: "the operators' token", value: operatorToken(seed) },
    ...accounts.flatMap(account =>
      [false, true].map(root => ({
        what: `the operator's secret of ${account}${root ? ' (root)' : ''}`,
        value: operatorKey(seed, account, root).secretAccessKey,
      })),
    ),
  ]
}

/** The key that signs the certificates of `--tls`: its number, and the lines of its file. */
export function authoritySecrets(state: string): Secret[] {
  const pem = readFileSync(join(state, 'tls', 'ca-key.pem'), 'utf8')
  const lines = pem.split('\n').filter(line => line.length > 20 && !line.startsWith('-'))
  const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' })
  return [Buffer.from(d, 'base64url'), ...lines].map(value => ({ what: "the authority's key", value }))
}

/** Files that hold secrets, and why they must. */
const KEEPING_FILES: readonly (readonly [RegExp, string])[] = [
  [/^state\/(data|lock)\.mdb$/, 'the tables are looked through one by one'],
  [/^operator-seed$/, 'it is the seed'],
  [/^tls\/ca-key\.pem$/, 'it is the key'],
]

interface Files {
  places: Place[]
  /** That others than their owner could read, change or look into. */
  open: string[]
}

const forOthers = (path: string): boolean => (statSync(path).mode & 0o077) !== 0

/** Every file below the state directory. */
export function files(state: string): Files {
  const found: Files = { places: [], open: [] }
  const look = (folder: string, open: boolean) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      const name = relative(state, path)
      const others = open && forOthers(path)
      if (entry.isDirectory()) look(path, others)
      else {
        if (others) found.open.push(name)
        if (!KEEPING_FILES.some(([pattern]) => pattern.test(name)))
          found.places.push({ where: `the file ${name}`, text: readFileSync(path) })
      }
    }
  }
  look(state, forOthers(state))
  return found
}
