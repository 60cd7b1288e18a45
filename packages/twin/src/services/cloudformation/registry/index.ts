export { checkProperties } from './properties.ts'
export { type Registry, registry } from './registry.ts'
export { customName, replaces } from './replacement.ts'
export { specification } from './specification.ts'
