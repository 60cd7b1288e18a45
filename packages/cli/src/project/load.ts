import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkDefinition, type Definition, InvalidDefinition, showFinding } from '@tripoint/pipeline'
import { Failure } from '../report/failure.ts'
import { WrongDefinition } from './wrong-definition.ts'

export interface Project {
  definition: Definition
  /** The folder of the definition: what is pushed and uploaded lies beside it. */
  directory: string
}

const files = ['tripoint.config.ts', 'tripoint.config.mts', 'tripoint.config.js', 'tripoint.config.mjs']

let hooked = false

/** A project that has not installed tripoint gets the one that runs. */
function resolveOurselves() {
  if (hooked) return
  hooked = true
  const own = new URL('../index.ts', import.meta.url).href
  const url = existsSync(new URL(own)) ? own : new URL('./index.js', import.meta.url).href
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'tripoint') return next(specifier, context)
      try {
        return next(specifier, context)
      } catch {
        return { url, shortCircuit: true }
      }
    },
  })
}

/** The definition that `path` is, or that lies in that folder. */
export function definitionAt(path: string): string | undefined {
  const given = resolve(path)
  if (!existsSync(given)) return undefined
  return files.map(name => resolve(given, name)).find(existsSync) ?? (/\.[cm]?[jt]s$/.test(given) ? given : undefined)
}

/** Reads the definition at `path`, a file or a folder. Throws Failure with every finding. */
export async function loadProject(path = '.'): Promise<Project> {
  const given = resolve(path)
  const file = definitionAt(path)
  if (file === undefined) {
    throw new Failure(
      `${given} holds no tripoint.config.ts`,
      'name its folder: --config DIR; or make one: tripoint init DIR',
    )
  }
  resolveOurselves()
  let exported: { default?: unknown }
  try {
    exported = (await import(pathToFileURL(file).href)) as { default?: unknown }
  } catch (error) {
    if (error instanceof InvalidDefinition) throw new WrongDefinition(file, error.findings, `${file}: ${error.message}`)
    throw new Failure(`${placeIn(file, error)}: ${error instanceof Error ? error.message : error}`, 'mend the file')
  }
  if (exported.default === undefined)
    throw new Failure(`${file} has no default export`, 'export default definePipeline({ … })')
  const { definition, findings } = checkDefinition(exported.default)
  if (definition === undefined) {
    throw new WrongDefinition(
      file,
      findings,
      `${file} does not export a pipeline:\n${findings.map(finding => `  ${showFinding(finding)}`).join('\n')}`,
      'export default definePipeline({ … })',
    )
  }
  return { definition, directory: dirname(file) }
}

/** `FILE:LINE`, where the error's stack knows the line. */
function placeIn(file: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const at = stack.indexOf(`${file}:`)
  return at < 0 ? file : `${file}:${/^\d+/.exec(stack.slice(at + file.length + 1))?.[0] ?? '?'}`
}
