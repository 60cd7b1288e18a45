import { registerHooks } from 'node:module'
import * as lmdb from 'lmdb'

// Loaded before the twin's own program and in the place of its database's module: counts the commits, and kills the
// process at the one that it is told, as kill -9 would.

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'lmdb' && context.parentURL !== import.meta.url
      ? { url: import.meta.url, shortCircuit: true }
      : next(specifier, context),
})

const [, number = '0', when] = /^(\d+) (within|after)$/.exec(process.env.DIE_AT ?? '') ?? []
let commits = 0
process.on('exit', () => process.stderr.write(`commits: ${commits}\n`))
const die = () => process.kill(process.pid, 'SIGKILL')

export function open(options: lmdb.RootDatabaseOptionsWithPath): lmdb.RootDatabase {
  const store = lmdb.open(options)
  const transact = store.transactionSync.bind(store)
  store.transactionSync = change => {
    const fatal = ++commits === Number(number)
    const result = transact(() => {
      const written = change()
      if (fatal && when === 'within') die()
      return written
    })
    if (fatal) die()
    return result
  }
  return store
}
