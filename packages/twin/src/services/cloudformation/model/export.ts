import { type Reader, type Tx, table } from '../../../engine/index.ts'
import { validationError } from '../template/index.ts'
import type { Stack } from './stack.ts'

export interface Export {
  name: string
  value: string
  /** ARN of the stack that exports it. */
  stack: string
}

export const stackExports = table<Export>('cloudformation/export') // [account, region, name]
const imports = table<{ stackName: string; uuid: string }>('cloudformation/import') // [account, region, export, uuid]

export const findExport = (read: Reader, account: string, region: string, name: string) =>
  stackExports.get(read, account, region, name)

export const importers = (read: Reader, account: string, region: string, name: string) =>
  [...imports.list(read, account, region, name)].map(({ stackName }) => stackName)

const own = (read: Reader, stack: Stack) =>
  [...stackExports.list(read, stack.account, stack.region)].filter(known => known.stack === stack.id)

/** Why the stack cannot export exactly these values, if it cannot. */
export function exportProblem(read: Reader, stack: Stack, values: Record<string, string>): string | undefined {
  const { account, region } = stack
  for (const name of Object.keys(values)) {
    const known = findExport(read, account, region, name)
    if (known !== undefined && known.stack !== stack.id) {
      return `Export with name ${name} is already exported by stack ${known.stack.split('/')[1]}`
    }
  }
  for (const known of own(read, stack)) {
    const [user] = importers(read, account, region, known.name).filter(name => name !== stack.name)
    if (user === undefined || values[known.name] === known.value) continue
    const verb = values[known.name] === undefined ? 'delete' : 'update'
    return `Cannot ${verb} export ${known.name} as it is in use by ${user}`
  }
  return undefined
}

/** The stack exports exactly these values and imports exactly these names from now on. */
export function putExports(tx: Tx, stack: Stack, values: Record<string, string>, imported: readonly string[]) {
  const { account, region } = stack
  for (const known of own(tx, stack)) stackExports.delete(tx, account, region, known.name)
  for (const [name, value] of Object.entries(values)) {
    stackExports.put(tx, [account, region, name], { name, value, stack: stack.id })
  }
  for (const [key] of [...imports.entries(tx, [account, region])]) {
    if (key.at(-1) === stack.uuid) imports.delete(tx, ...key)
  }
  for (const name of imported) {
    imports.put(tx, [account, region, name, stack.uuid], { stackName: stack.name, uuid: stack.uuid })
  }
}

/** Exports that other stacks import keep their stack from being deleted. */
export function checkUnused(read: Reader, stack: Stack) {
  const problem = exportProblem(read, stack, {})
  if (problem !== undefined) throw validationError(problem)
}
