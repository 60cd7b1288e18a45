export { type Planned, planChanges } from './changes.ts'
export { type Compiler, compiler } from './compile.ts'
export { desired, outputsOf, worldOf } from './desired.ts'
