import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { urlOf } from './address.ts'
import { auditRoute } from './audit-route.ts'
import { authority, authorityFile } from './authority.ts'
import { services as catalogue } from './catalogue.ts'
import { demandLoopback } from './compat.ts'
import {
  type Clock,
  closeFolders,
  eventLog,
  idsFrom,
  openStore,
  type Random,
  systemClock,
  systemRandom,
  takeStateDirectory,
  unwritable,
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
  /** 127.0.0.1 by default; on any other than a loopback address others reach it. */
  host?: string
  /** Speaks HTTPS with a certificate of the state directory's own authority; plain HTTP, which it still answers, is then not secure. */
  tls?: boolean
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
  /** The file that clients need to trust the endpoint, where it speaks TLS. */
  authority?: string
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

/** All of it, or none: a directory that cannot be used is held by nobody. */
function openState(directory: string, random: Random) {
  let release = () => {}
  try {
    release = takeStateDirectory(directory)
    mkdirSync(join(directory, 'state'), { recursive: true, mode: 0o700 })
    closeFolders(directory, ['state', ...catalogue.map(({ name }) => name)])
    return { store: openStore(directory), seed: operatorSeed(directory, random), release }
  } catch (error) {
    release()
    throw unwritable(error, directory) ?? error
  }
}

/** AWS on one machine: a value without globals, many in one process. Throws StateDirectoryInUse, Unwritable, and Node's EADDRINUSE. */
export async function twin(options: TwinOptions): Promise<Twin> {
  const { clock = systemClock, random = systemRandom, host = '127.0.0.1', log = () => {} } = options
  if (options.compat) demandLoopback(host)
  const { store, seed, release } = openState(options.state, random)
  const ids = idsFrom(random)
  const record = audit(store)
  const told = (error: unknown) =>
    unwritable(error, options.state)?.message ?? (error instanceof Error ? (error.stack ?? error.message) : error)
  const works = worker<Env>(store, clock, (message, error) => log(`${message}: ${told(error)}`))
  const byName = new Map(catalogue.map(service => [service.name, service]))
  let endpoint = ''
  const file = options.tls ? authorityFile(options.state) : undefined
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
    authority: file,
    log,
  }
  const audited = (after?: number) => auditEntries(store, record.pending(), after)
  const routes = Object.assign({ _audit: auditRoute(seed, audited) }, ...catalogue.map(service => service.routes ?? {}))
  let resetting = Promise.resolve()
  const compat = { reset: () => (resetting = resetting.then(reset, reset)) }
  const { credential, answer, other } = front(env, door, {
    seed,
    routes,
    tls: options.tls === true,
    ...(options.compat ? { compat } : {}),
  })
  const wire = createWire({
    services: catalogue.flatMap(({ name, signingName = name, sdk = [] }) =>
      sdk.map(load => ({ name, signingName, load })),
    ),
    ...(options.tls ? { tls: () => authority(options.state, { host, clock, random }) } : {}),
    credential,
    answer: received => underWay(answer(received)),
    other(request, response) {
      const answering = other(request, response)
      return answering === undefined ? false : underWay(answering)
    },
    now: () => clock.now(),
    requestId: () => ids.uuid(),
    unexpected: error => log(`unexpected: ${told(error)}`),
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
    // The timer holds the process: a call that nothing wakes any more would end it in the midst of this.
    const over = new AbortController()
    const enough = sleep(patience, undefined, { signal: over.signal }).catch(() => {})
    await Promise.race([Promise.allSettled(calls), enough]).finally(() => over.abort())
    try {
      flush()
    } catch (error) {
      log(`the audit of the last calls that only read is lost: ${unwritable(error, options.state)?.message ?? error}`)
    }
    await store.close()
    release()
  }

  try {
    // Nobody is let in before the services are whole: an event without its subscribers, a file that is being swept.
    await open()
    const listening = await wire.listen(options.port ?? 0, host)
    endpoint = urlOf(options.tls ? 'https' : 'http', host, listening.port)
    resume()
    let closed: Promise<void> | undefined
    return {
      endpoint,
      ...(file === undefined ? {} : { authority: file }),
      state: options.state,
      operator: (account, { root = false } = {}) => operatorKey(seed, account, root),
      audit: audited,
      settled: works.settled,
      close: () => (closed ??= close(listening)),
    }
  } catch (error) {
    await close()
    throw unwritable(error, options.state) ?? error
  }
}
