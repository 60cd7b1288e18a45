import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { auditRoute } from './audit-route.ts'
import { services as catalogue } from './catalogue.ts'
import { demandLoopback } from './compat.ts'
import {
  type Clock,
  eventLog,
  idsFrom,
  openStore,
  type Random,
  systemClock,
  systemRandom,
  takeStateDirectory,
  worker,
} from './engine/index.ts'
import { front } from './front.ts'
import {
  type AuditEntry,
  assume,
  audit,
  auditEntries,
  type Env,
  gate,
  type OperatorKey,
  operatorKey,
  operatorSeed,
  sessionOf,
} from './gate/index.ts'
import { createWire } from './wire/index.ts'

export interface TwinOptions {
  /** Everything that the twin knows, and the keys of its operators. Created where it does not exist. */
  state: string
  /** 0, the default, takes a free one. */
  port?: number
  host?: string
  /** For suites of others: unknown access keys are root of their account, unsigned, and `/moto-api/reset` wipes all state. */
  compat?: boolean
  clock?: Clock
  random?: Random
  /** What an operator wants to read: a parked work, a dropped event. Never a secret. */
  log?(message: string): void
  /** Hears of every call that a policy refused, with the half that is missing. */
  refused?(entry: Omit<AuditEntry, 'number'>): void
}

export interface Twin {
  endpoint: string
  state: string
  /** Credentials of an account's administrator user (or root); the account begins to exist with its first call. */
  operator(account: string, options?: { root?: boolean }): OperatorKey
  /** Every call, in order; `after` an entry's number. */
  audit(after?: number): Iterable<AuditEntry>
  /** Resolves once nothing goes on: no call, no execution, no invocation; what waits for an answer or a limit may be left. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** How long calls may take to end after their connections are gone. */
const patience = 5_000

/** AWS on one machine: a value without globals, many in one process. Throws StateDirectoryInUse, and Node's EADDRINUSE. */
export async function twin(options: TwinOptions): Promise<Twin> {
  const { clock = systemClock, random = systemRandom, host = '127.0.0.1', log = () => {} } = options
  if (options.compat) demandLoopback(host)
  const release = takeStateDirectory(options.state)
  const store = openStore(options.state)
  const ids = idsFrom(random)
  const seed = operatorSeed(options.state, random)
  const record = audit(store)
  const works = worker<Env>(store, clock, (message, error) =>
    log(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
  )
  const byName = new Map(catalogue.map(service => [service.name, service]))
  let endpoint = ''
  const door = gate(byName, record, () => env, options.refused)
  const env: Env = {
    clock,
    ids,
    store,
    works,
    events: eventLog(),
    invoke: door.invoke,
    assume: (service, role, assumption) => assume(env, service, role, assumption),
    credentials(principal) {
      const session = sessionOf(store, principal)
      return (
        session && { accessKeyId: session.accessKeyId, secretAccessKey: session.secret, sessionToken: session.token }
      )
    },
    directory: options.state,
    endpoint: () => endpoint,
    log,
  }
  const audited = (after?: number) => auditEntries(store, record.pending(), after)
  const routes = Object.assign({ _audit: auditRoute(seed, audited) }, ...catalogue.map(service => service.routes ?? {}))
  let resetting = Promise.resolve()
  const compat = { reset: () => (resetting = resetting.then(reset, reset)) }
  const { credential, answer, other } = front(env, door, { seed, routes, ...(options.compat ? { compat } : {}) })
  const wire = createWire({
    services: catalogue.flatMap(({ name, signingName = name, sdk = [] }) =>
      sdk.map(load => ({ name, signingName, load })),
    ),
    credential,
    answer: received => underWay(answer(received)),
    other: (request, response) => underWay(other(request, response)),
    now: () => clock.now(),
    requestId: () => ids.uuid(),
    unexpected: error => log(`unexpected: ${error instanceof Error ? error.stack : error}`),
  })
  const calls = new Set<Promise<unknown>>()
  const underWay = <T>(call: Promise<T>): Promise<T> => {
    calls.add(call)
    const over = () => void calls.delete(call)
    call.then(over, over)
    return call
  }
  const flush = () => store.transact(tx => record.drain(tx))

  const open = async () => {
    for (const service of catalogue) await service.open?.(env)
  }
  const resume = () =>
    works.resume(
      catalogue.flatMap(service => service.works ?? []),
      env,
    )

  /** As if the twin were new; only the operators' keys stay what they are. */
  async function reset() {
    await works.stop()
    for (const service of catalogue) await service.close?.(env)
    flush()
    store.clear()
    for (const { name } of catalogue) await rm(join(options.state, name), { recursive: true, force: true })
    env.events = eventLog()
    await open()
    resume()
  }

  async function close(listening?: { close(): Promise<void> }) {
    await works.stop()
    await listening?.close()
    for (const service of catalogue) await service.close?.(env)
    // Their connections are gone, and what they waited for: what they still have to say is written before the store closes.
    await Promise.race([Promise.allSettled(calls), sleep(patience, undefined, { ref: false })])
    flush()
    await store.close()
    release()
  }

  try {
    // Nobody is let in before the services are whole: an event without its subscribers, a file that is being swept.
    await open()
    const listening = await wire.listen(options.port ?? 0, host)
    endpoint = `http://${host}:${listening.port}`
    resume()
    let closed: Promise<void> | undefined
    return {
      endpoint,
      state: options.state,
      operator: (account, { root = false } = {}) => operatorKey(seed, account, root),
      audit: audited,
      settled: works.settled,
      close: () => (closed ??= close(listening)),
    }
  } catch (error) {
    await close()
    throw error
  }
}
