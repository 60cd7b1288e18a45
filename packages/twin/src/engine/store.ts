import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { kept } from './kept.ts'
import type { Key } from './key.ts'
import { demandRoom } from './room.ts'
import { demandStorable, storedKey } from './stored-key.ts'

export interface Reader {
  /** `keep`: it is read often and written seldom; the record is shared with other readers. */
  get(key: Key, keep?: boolean): unknown
  /** Entries whose key starts with `prefix`, in key order. */
  list(
    prefix: Key,
    range?: { after?: string | number; limit?: number; reverse?: boolean },
    keep?: boolean,
  ): Iterable<{ key: Key; value: unknown }>
}

/** A change: everything written through it is committed together, or, if `transact`'s function throws, not at all. */
export interface Tx extends Reader {
  put(key: Key, value: unknown): void
  delete(key: Key): void
  /** Runs once the change is on disk: for what cannot be undone (wake a worker, end a process). */
  after(task: () => void): void
  /** Runs if the change does not come about, whatever the reason: takes back what it has done outside the store. */
  undone(task: () => void): void
}

export interface Store extends Reader {
  /** Where it lies. */
  readonly directory: string
  /** Runs `change` synchronously in one transaction that is flushed to disk when this returns. */
  transact<T>(change: (tx: Tx) => T): T
  /**
   * As `transact`, in one commit with the changes of the same turn of the loop: a flush takes longer than all else, and many
   * then share it. Each comes about by itself or not at all; it is told once all are on disk.
   */
  join<T>(change: (tx: Tx) => T): Promise<T>
  /** Forgets everything. */
  clear(): void
  close(): Promise<void>
}

interface Tasks {
  after: (() => void)[]
  undone: (() => void)[]
}

/** A change that waits for its commit. */
interface Member {
  change(tx: Tx): unknown
  resolve(result: unknown): void
  reject(error: unknown): void
}

/** Sorts after every string and number that a key may hold. */
const last = Buffer.from([255])

/** Its failure is what is told, not that of taking it back: the next start does that again. */
function orElse<T>(task: () => T, undone: readonly (() => void)[]): T {
  try {
    return task()
  } catch (error) {
    for (const back of undone.toReversed()) {
      try {
        back()
      } catch {}
    }
    throw error
  }
}

/**
 * State in LMDB. Synchronous transactions, measured here at 3,700 durable commits a second; the asynchronous
 * ones of lmdb 3.5.6 did not come back on Node 24 (`await db.transaction(…)`).
 */
export function openStore(directory: string): Store {
  const db: RootDatabase<unknown, (string | number)[]> = open({ path: join(directory, 'state'), maxDbs: 4 })
  const file = join(directory, 'state', 'data.mdb')
  const memory = kept()
  const read = (key: Key) => {
    const stored = storedKey(key)
    return stored === undefined ? undefined : db.get(stored)
  }
  const get = (key: Key, keep = false) => (keep ? memory.get(key, () => read(key)) : read(key))
  const list: Reader['list'] = (prefix, range, keep = false) =>
    keep && range === undefined ? memory.list(prefix, () => scan(prefix)) : scan(prefix, range)
  function* scan(prefix: Key, range: { after?: string | number; limit?: number; reverse?: boolean } = {}) {
    const from = storedKey(prefix)
    const after = range.after === undefined ? from : storedKey([...prefix, range.after])
    if (from === undefined || after === undefined) return
    const low = range.after === undefined ? from : [...after, last as unknown as string]
    const high = [...from, last as unknown as string]
    const bounds = range.reverse ? { start: high, end: low, reverse: true } : { start: low, end: high }
    const entries = db.getRange({ ...bounds, ...(range.limit === undefined ? {} : { limit: range.limit }) })
    for (const { key, value } of entries) if (key.length > prefix.length) yield { key, value }
  }
  const txOf = ({ after, undone }: Tasks): Tx => ({
    get,
    list,
    put(key, value) {
      memory.forget(key)
      db.putSync(demandStorable(key), value)
    },
    delete(key) {
      memory.forget(key)
      const stored = storedKey(key)
      if (stored !== undefined) db.removeSync(stored)
    },
    after: task => after.push(task),
    undone: task => undone.push(task),
  })
  function transact<T>(change: (tx: Tx) => T): T {
    const tasks: Tasks = { after: [], undone: [] }
    const write = () => {
      const written = change(txOf(tasks))
      // Now, so that what it has done elsewhere is taken back.
      demandRoom(file)
      return written
    }
    const result = orElse(() => memory.during(() => db.transactionSync(write)), tasks.undone)
    for (const task of tasks.after) task()
    return result
  }
  /** One of several: what it has written goes if it throws, and what the others have written stays. */
  const part = (member: Member, whole: Tx): (() => void) => {
    const own: Tasks = { after: [], undone: [] }
    try {
      // Its type says that it comes later; within a transaction it is there at once.
      const result: unknown = orElse(() => db.childTransaction(() => member.change(txOf(own)) as never), own.undone)
      own.after.forEach(whole.after)
      own.undone.forEach(whole.undone)
      return () => member.resolve(result)
    } catch (error) {
      return () => member.reject(error)
    }
  }
  let waiting: Member[] = []
  function flush() {
    const members = waiting
    waiting = []
    if (members.length === 0) return
    try {
      const told =
        members.length === 1
          ? members.map(({ change, resolve }) => {
              const result = transact(change)
              return () => resolve(result)
            })
          : transact(tx => members.map(member => part(member, tx)))
      for (const tell of told) tell()
    } catch (error) {
      for (const { reject } of members) reject(error)
    }
  }
  return {
    directory,
    get,
    list,
    transact,
    join: <T>(change: (tx: Tx) => T) =>
      new Promise<T>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush)
        waiting.push({ change, resolve: resolve as Member['resolve'], reject })
      }),
    clear() {
      db.clearSync()
      memory.clear()
    },
    close() {
      flush()
      return db.close()
    },
  }
}
