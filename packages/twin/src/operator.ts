/** What a command needs that only speaks with a twin: all of it would take a second to load. */
export { authorityFile } from './authority.ts'
export { systemRandom } from './engine/index.ts'
export { operatorKey, operatorSeed, operatorToken } from './gate/operator.ts'
