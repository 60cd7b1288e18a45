import { registerHooks } from 'node:module'
import * as lmdb from 'lmdb'

// Loaded before the twin and in the place of its database's module: counts how often the store is asked.

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'lmdb' && context.parentURL !== import.meta.url
      ? { url: import.meta.url, shortCircuit: true }
      : next(specifier, context),
})

/** `rows`: entries that ranges have given. */
export const counts = { gets: 0, ranges: 0, rows: 0, commits: 0 }

export function open(options: lmdb.RootDatabaseOptionsWithPath): lmdb.RootDatabase {
  const store = lmdb.open(options)
  const { get, getRange, transactionSync } = {
    get: store.get.bind(store),
    getRange: store.getRange.bind(store),
    transactionSync: store.transactionSync.bind(store),
  }
  store.get = (...asked: Parameters<typeof get>) => {
    counts.gets++
    return get(...asked)
  }
  store.getRange = range => {
    counts.ranges++
    return getRange(range).map(entry => {
      counts.rows++
      return entry
    })
  }
  store.transactionSync = change => {
    counts.commits++
    return transactionSync(change)
  }
  return store
}
