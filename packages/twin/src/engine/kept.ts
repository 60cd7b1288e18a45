import type { Key } from './key.ts'

interface Entry {
  key: Key
  value: unknown
}

/**
 * Records of tables that every call reads, decoded once: out of the database one takes 5 µs, and a call asks for six.
 * All readers share them, so they are frozen.
 */
export interface Kept {
  get(key: Key, read: () => unknown): unknown
  list(prefix: Key, read: () => Iterable<Entry>): readonly Entry[]
  /** Of a record that is being written, and the lists that it may be in. */
  forget(key: Key): void
  clear(): void
  /** What a change reads of a table that it has written to is not kept: it may not come about. */
  during<T>(change: () => T): T
}

const most = 2_000

interface Memory {
  records: Map<string, unknown>
  lists: Map<string, readonly Entry[]>
}

export function kept(): Kept {
  const tables = new Map<Key[number] | undefined, Memory>()
  let changes = 0
  /** Tables that the changes under way have written to. */
  const touched = new Set<Key[number] | undefined>()

  const memoryOf = (name: Key[number] | undefined): Memory => {
    const known = tables.get(name)
    if (known !== undefined) return known
    const memory = { records: new Map(), lists: new Map() }
    tables.set(name, memory)
    return memory
  }

  function remembered<T>(known: Map<string, T>, key: Key, read: () => T): T {
    const name = nameOf(key)
    const found = known.get(name)
    if (found !== undefined || known.has(name)) return found as T
    if (touched.has(key[0])) return read()
    const fresh = frozen(read())
    // The oldest goes, and not all of them: what is held grows up to here and stays.
    for (const oldest of known.keys()) {
      if (known.size < most) break
      known.delete(oldest)
    }
    known.set(name, fresh)
    return fresh
  }

  return {
    get: (key, read) => remembered(memoryOf(key[0]).records, key, read),
    list: (prefix, read) => remembered(memoryOf(prefix[0]).lists, prefix, () => [...read()]),
    forget(key) {
      if (changes > 0) touched.add(key[0])
      const memory = tables.get(key[0])
      memory?.records.delete(nameOf(key))
      memory?.lists.clear()
    },
    clear: () => tables.clear(),
    during(change) {
      changes++
      try {
        return change()
      } finally {
        changes--
        if (changes === 0) touched.clear()
      }
    },
  }
}

/** A number and its digits are two keys, and no character of a part ends it. */
const nameOf = (key: Key): string => {
  let name = ''
  for (const part of key) name += typeof part === 'number' ? `#${part};` : `${part.length}:${part}`
  return name
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}
