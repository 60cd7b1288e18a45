import { basename } from 'node:path'
import { readWorld, type World } from '@tripoint/proof'
import { Failure } from '../report/failure.ts'
import type { Inputs } from './inputs.ts'

type Pairs = Readonly<Record<string, string>>

/** What templates do not say themselves. */
interface Given {
  readonly accounts: Pairs
  readonly parameters: Pairs
}

type Read = Pick<Inputs, 'inputs' | 'findings' | 'definition'>

/** The world that is asked about; without a template there is none, and every answer about it would mislead. */
export function worldOf(read: Read, given: Given): World {
  if (read.inputs.length === 0) {
    throw new Failure(
      read.findings.map(({ message }) => message).join('\n') || 'there is no template',
      'name a definition, a template, or a folder of templates',
    )
  }
  const [world] = worldsOf([read], given)
  return world!
}

/** Of several versions, of which one may be empty. An option that none of them takes would be passed over without a word. */
export function worldsOf(versions: readonly Read[], { accounts, parameters }: Given): World[] {
  const inputs = versions.flatMap(version => version.inputs)
  const files = inputs.flatMap(({ name, stack = name }) => [name, basename(name), stemOf(name), stack])
  refuseOthers(
    'account',
    Object.keys(accounts),
    files,
    inputs.map(({ name }) => name),
  )
  const worlds = versions.map(version =>
    readWorld(version.inputs, { parameters, ...(version.definition ? { accounts: version.definition.accounts } : {}) }),
  )
  const templates = worlds.flatMap(({ files }) => files.map(({ value }) => value))
  // What cannot be read may have any.
  if (templates.includes(undefined)) return worlds
  const known = templates.flatMap(parametersOf)
  refuseOthers('parameter', Object.keys(parameters), known, known)
  return worlds
}

const MOST_NAMES = 8

function refuseOthers(
  option: string,
  given: readonly string[],
  known: readonly string[],
  shown: readonly string[],
): void {
  const stray = given.find(name => !known.includes(name))
  if (stray === undefined) return
  const names = [...new Set(shown)]
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  throw new Failure(
    option === 'account' ? `--account: no template is called ${stray}` : `--parameter: no template has ${stray}`,
    names.length === 0 ? 'leave it out' : `name one of ${names.slice(0, MOST_NAMES).join(', ')}${more}`,
  )
}

const stemOf = (name: string): string => basename(name).replace(/(\.template)?\.[^.]+$/, '')

function parametersOf(template: unknown): string[] {
  const { Parameters } = (template ?? {}) as { Parameters?: unknown }
  return typeof Parameters === 'object' && Parameters !== null ? Object.keys(Parameters) : []
}
