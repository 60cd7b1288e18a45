import { makeBases } from './bases.ts'
import { chance, seedOf } from './chance.ts'
import { type Connection, keptConnection, type Outcome, sendAlone } from './connection.ts'
import { bodies } from './kinds/bodies.ts'
import { chunkKinds } from './kinds/chunks.ts'
import { gitKinds } from './kinds/git.ts'
import type { Kind, Made } from './kinds/kind.ts'
import { messages } from './kinds/messages.ts'
import { everyOperation, operations } from './kinds/operations.ts'
import { packageKinds } from './kinds/packages.ts'
import { storage } from './kinds/storage.ts'
import { fault } from './oracle.ts'
import type { Keys, Parts } from './request.ts'
import { readSdk, type Sdk } from './sdk.ts'
import { caller, makeWorld, type World } from './world.ts'

const kinds: Record<string, Kind> = {
  ...messages,
  ...bodies,
  ...storage,
  ...chunkKinds,
  ...packageKinds,
  ...gitKinds,
  ...operations,
}
const table = Object.entries(kinds)
const total = table.reduce((sum, [, { weight }]) => sum + weight, 0)

export interface Finding {
  index: number
  kind: string
  fault: string
  /** base64 */
  request: string
}

export interface Tally {
  sent: number
  /** By kind: how many answers of each status. */
  statuses: Record<string, Record<string, number>>
  findings: Finding[]
}

interface Options {
  port: number
  seed: number
  count: number
  administrator: Keys
  stranger: Keys
  /** This request alone. */
  only?: number
  /** Called now and then. */
  progress?(): void
}

const perWorld = 20_000
const lanes = 24

export async function run({
  port,
  seed,
  count,
  administrator,
  stranger,
  only,
  progress = () => {},
}: Options): Promise<Tally> {
  const sdk = await readSdk()
  const tally: Tally = { sent: 0, statuses: {}, findings: [] }
  const connections = Array.from({ length: 8 }, () => keptConnection(port))
  const call = caller(sdk, connections[0] as Connection)
  for (let first = 0; first < count; first += perWorld) {
    const world = await makeWorld(call, administrator, stranger, first / perWorld + 1)
    if (first === 0 && only === undefined)
      await sweep(everyOperation(sdk, world, chance(seedOf(seed, -1))), connections, tally)
    const bases = await makeBases(sdk, world, chance(seedOf(seed, -1 - first)), 6)
    await batch({
      first,
      end: Math.min(count, first + perWorld),
      seed,
      sdk,
      world,
      bases,
      connections,
      port,
      tally,
      only,
      progress,
    })
  }
  for (const each of connections) each.close()
  return tally
}

/** Each after the one before it, on one connection after the other: numbers below zero. */
async function sweep(all: AsyncGenerator<Made>, connections: Connection[], tally: Tally): Promise<void> {
  let index = 0
  const lane = async (connection: Connection) => {
    for (let next = await all.next(); next.done !== true; next = await all.next()) {
      const { bytes, head = false } = next.value
      const outcome = await connection.send(bytes, head)
      note(tally, --index, 'every operation', bytes, outcome, fault(outcome, true))
    }
  }
  await Promise.all(connections.map(lane))
}

function note(
  tally: Tally,
  index: number,
  kind: string,
  bytes: Buffer,
  outcome: Outcome,
  wrong: string | undefined,
): void {
  tally.sent++
  count(tally, kind, outcome)
  if (wrong !== undefined) tally.findings.push({ index, kind, fault: wrong, request: bytes.toString('base64') })
}

interface Batch {
  first: number
  end: number
  seed: number
  sdk: Sdk
  world: World
  bases: Parts[]
  connections: Connection[]
  port: number
  tally: Tally
  only: number | undefined
  progress(): void
}

async function batch({
  first,
  end,
  seed,
  sdk,
  world,
  bases,
  connections,
  port,
  tally,
  only,
  progress,
}: Batch): Promise<void> {
  let next = first
  const lane = async (connection: Connection) => {
    for (let index = next++; index < end; index = next++) {
      if (only !== undefined && index !== only) continue
      if (index % 1_000 === 0) progress()
      const from = chance(seedOf(seed, index))
      const kind = pickKind(from.below(total * 10) / 10)
      const base = (fits: (parts: Parts) => boolean = () => true) => {
        for (;;) {
          const parts = from.pick(bases)
          if (fits(parts)) return parts
        }
      }
      const made = await (kinds[kind] as Kind).make({ from, world, sdk, base })
      await judge(made, index, kind, connection)
    }
  }
  const judge = async (made: Made, index: number, kind: string, connection: Connection) => {
    const { bytes, head = false, alone = false } = made
    const outcome = await (alone ? sendAlone(port, bytes, head) : connection.send(bytes, head))
    note(tally, index, kind, bytes, outcome, fault(outcome, !alone))
  }
  await Promise.all(Array.from({ length: lanes }, (_, at) => lane(connections[at % connections.length] as Connection)))
}

function pickKind(point: number): string {
  let left = point
  for (const [name, { weight }] of table) {
    left -= weight
    if (left < 0) return name
  }
  return table[0]?.[0] ?? ''
}

function count({ statuses }: Tally, kind: string, outcome: Outcome): void {
  const own = statuses[kind] ?? {}
  statuses[kind] = own
  const words =
    'failed' in outcome
      ? ['failed']
      : outcome.answers.length === 0
        ? ['closed']
        : outcome.answers.map(({ status }) => String(status))
  for (const word of words) own[word] = (own[word] ?? 0) + 1
}
