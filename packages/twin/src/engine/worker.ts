import type { Clock } from './clock.ts'
import { Interrupted } from './interrupted.ts'
import type { Store, Tx } from './store.ts'
import { table } from './table.ts'
import { unwritable } from './unwritable.ts'
import type { AnyWorkKind, Outcome, Signal, Work, WorkKind, Works } from './work.ts'

const works = table<Work>('work')
const inbox = table<Signal>('inbox')
const sequence = table<number>('inbox-next')

/** Answers of tokened calls, kept until the step that made them is committed: `[work, step, label]`. */
export const answers = table<{ output?: unknown; error?: { name: string; message: string; status: number } }>('answer')

/** How long nothing may have gone on before a pause fires early. */
const quiet = 5

/** How long a step waits that found the state directory not writable. */
const patience = 1_000

export interface Worker<Env> extends Works {
  /** Takes up every work that is not done; call when `env` is whole, and after a stop. */
  resume(kinds: readonly AnyWorkKind<Env>[], env: Env): void
  /** Starts no further step and waits for those under way. */
  stop(): Promise<void>
  /** Resolves once nothing goes on and no pause is left: whatever is not done waits for a signal or a deadline. */
  settled(): Promise<void>
}

export function worker<Env>(
  store: Store,
  clock: Clock,
  report: (message: string, error: unknown) => void,
): Worker<Env> {
  const kinds = new Map<string, WorkKind<unknown, Env>>()
  const running = new Map<string, { interrupt: AbortController; done: Promise<void> }>()
  const waiting = new Map<string, { at: number; pause: boolean; cancel: () => void }>()
  const again = new Set<string>()
  /** Works whose trouble with the state directory has been told. */
  const ailing = new Set<string>()
  let environment: Env | undefined
  let stopped = false
  let halt = new AbortController()
  let held = 0
  let cancelQuiet = () => {}
  let settlement = Promise.withResolvers<void>()

  const signals = (id: string) => [...inbox.entries(store, [id])]

  function wake(id: string, reached?: number) {
    waiting.get(id)?.cancel()
    waiting.delete(id)
    if (stopped || environment === undefined) return
    if (running.has(id)) {
      again.add(id)
      running.get(id)?.interrupt.abort()
      return
    }
    const interrupt = new AbortController()
    cancelQuiet()
    // A turn of the loop later, so that a step never runs inside the transaction that started it.
    const done = new Promise(resolve => setImmediate(resolve)).then(() =>
      run(id, interrupt.signal, reached ?? clock.now()),
    )
    running.set(id, { interrupt, done })
    void done.finally(() => {
      running.delete(id)
      if (again.delete(id)) wake(id)
      settle()
    })
  }

  async function run(id: string, interrupted: AbortSignal, reached: number): Promise<void> {
    const work = works.get(store, id)
    if (work === undefined || environment === undefined) return
    const kind = kinds.get(work.kind)
    if (kind === undefined) return report(`no worker for ${work.kind}`, new Error(id))
    const arrived = signals(id)
    const prefix = `${id}\u0000${work.step}\u0000`
    const io = {
      signals: arrived.map(([, signal]) => signal),
      reached,
      token: (label: string) => prefix + label,
      repeated: answers.entries(store, [id, String(work.step)], { limit: 1 }).next().done !== true,
      read: store,
      interrupted,
    }
    try {
      const outcome = await kind.step(work, io, environment)
      if (stopped && outcome.next.when !== 'done' && interrupted.aborted) return
      await commit(
        work,
        outcome,
        arrived.map(([key]) => key),
      )
    } catch (error) {
      if (stopped && error instanceof Interrupted) return
      const trouble = unwritable(error, store.directory)
      if (trouble === undefined) return report(`${work.kind} ${id} is parked`, error)
      if (!ailing.has(id)) report(`${work.kind} ${id} waits`, trouble)
      ailing.add(id)
      rest(id)
    }
  }

  /** The same step again before long: what it has done so far is known by its tokens. */
  function rest(id: string) {
    if (stopped) return
    waiting.get(id)?.cancel()
    const cancel = clock.after(patience, () => wake(id))
    waiting.set(id, { at: clock.now() + patience, pause: false, cancel })
  }

  async function commit(work: Work, outcome: Outcome<unknown>, consumed: readonly (readonly (string | number)[])[]) {
    await store.join(tx => {
      for (const key of consumed) inbox.delete(tx, ...key)
      for (const [key] of [...answers.entries(tx, [work.id, String(work.step)])]) answers.delete(tx, ...key)
      outcome.commit?.(tx)
      if (outcome.next.when === 'done') {
        works.delete(tx, work.id)
        for (const [key] of [...inbox.entries(tx, [work.id])]) inbox.delete(tx, ...key)
        sequence.delete(tx, work.id)
      } else works.put(tx, [work.id], { ...work, state: outcome.state, next: outcome.next, step: work.step + 1 })
    })
    again.delete(work.id)
    ailing.delete(work.id)
    schedule(work.id)
  }

  function schedule(id: string) {
    const work = works.get(store, id)
    if (work === undefined || stopped) return
    const next = work.next
    if (next.when === 'now' || signals(id).length > 0) {
      if (running.has(id)) again.add(id)
      else wake(id)
    } else if (next.when === 'pause' || next.when === 'deadline') {
      const cancel = clock.after(Math.max(0, next.at - clock.now()), () => wake(id, Math.max(next.at, clock.now())))
      waiting.set(id, { at: next.at, pause: next.when === 'pause', cancel })
    }
  }

  /** When nothing goes on, the pause that is due first is over. */
  function settle() {
    cancelQuiet()
    if (stopped || running.size > 0 || held > 0) return
    let first: [string, { at: number }] | undefined
    for (const [id, timer] of waiting) if (timer.pause && timer.at < (first?.[1].at ?? Infinity)) first = [id, timer]
    if (first === undefined) {
      settlement.resolve()
      settlement = Promise.withResolvers()
    } else cancelQuiet = clock.after(quiet, () => wake(first[0], Math.max(first[1].at, clock.now())))
  }

  const startLater = (tx: Tx, id: string) => tx.after(() => schedule(id))

  return {
    start(tx, { id, kind, state, cause, next = { when: 'now' } }) {
      works.put(tx, [id], { id, kind, state, cause, step: 0, next })
      startLater(tx, id)
    },
    signal(tx, id, signal) {
      if (works.get(tx, id) === undefined) return
      const number = (sequence.get(tx, id) ?? 0) + 1
      sequence.put(tx, [id], number)
      inbox.put(tx, [id, number], signal)
      tx.after(() => wake(id))
    },
    get: (read, id) => works.get(read, id),
    busy() {
      held++
      cancelQuiet()
      let open = true
      return () => {
        if (!open) return
        open = false
        held--
        settle()
      }
    },
    resume(list, env) {
      for (const kind of list) kinds.set(kind.kind, kind as unknown as WorkKind<unknown, Env>)
      environment = env
      stopped = false
      halt = new AbortController()
      for (const work of [...works.list(store)]) schedule(work.id)
      settle()
    },
    stopping: () => halt.signal,
    async stop() {
      stopped = true
      halt.abort()
      cancelQuiet()
      for (const timer of waiting.values()) timer.cancel()
      waiting.clear()
      for (const { interrupt } of running.values()) interrupt.abort()
      await Promise.all([...running.values()].map(({ done }) => done))
    },
    async settled() {
      const { promise } = settlement
      settle()
      await promise
    },
  }
}
