import type { Key } from './key.ts'
import type { Reader, Tx } from './store.ts'

/** A typed view of the keys that begin with its name: `[name, ...key]`, by custom `[name, account, region, id]`. */
export interface Table<T> {
  get(read: Reader, ...key: Key): T | undefined
  list(read: Reader, ...prefix: Key): IterableIterator<T>
  entries(
    read: Reader,
    prefix: Key,
    range?: { after?: string | number; limit?: number; reverse?: boolean },
  ): IterableIterator<[Key, T]>
  put(tx: Tx, key: Key, value: T): T
  delete(tx: Tx, ...key: Key): void
}

/** `keep`: its records are read by most calls. They are frozen then: a change puts another one in their place. */
export function table<T>(name: string, { keep = false } = {}): Table<T> {
  return {
    get: (read, ...key) => read.get([name, ...key], keep) as T | undefined,
    *list(read, ...prefix) {
      for (const { value } of read.list([name, ...prefix], undefined, keep)) yield value as T
    },
    *entries(read, prefix, range) {
      for (const { key, value } of read.list([name, ...prefix], range, keep)) yield [key.slice(1), value as T]
    },
    put(tx, key, value) {
      tx.put([name, ...key], value)
      return value
    },
    delete: (tx, ...key) => tx.delete([name, ...key]),
  }
}
