import { isObject, member } from '../template/value.ts'
import type { Input } from './input.ts'

/** A template that a manifest names, with what the manifest knows of it. */
export interface Listed extends Omit<Input, 'name' | 'text'> {
  /** from the manifest's folder */
  readonly file: string
}

/** As `tripoint synth` writes it; undefined when it is something else. */
export function lineInputs(manifest: unknown): readonly Listed[] | undefined {
  const stacks = member(manifest, 'stacks')
  if (!Array.isArray(stacks) || !stacks.every(stack => typeof member(stack, 'template') === 'string')) return undefined
  return stacks.map(stack => ({
    file: text(stack, 'template')!,
    ...known('stack', text(stack, 'name')),
    ...known('account', text(stack, 'account')),
    ...known('region', text(stack, 'region')),
    ...known('parameters', parameters(member(stack, 'parameters'))),
  }))
}

/**
 * A cloud assembly of the CDK: https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
 * A stage is an assembly of its own, in a folder below.
 */
export function assemblyInputs(
  manifest: unknown,
  nested: (folder: string) => readonly Listed[],
): readonly Listed[] | undefined {
  const artifacts = member(manifest, 'artifacts')
  if (!isObject(artifacts)) return undefined
  return Object.entries(artifacts).flatMap(([id, artifact]): Listed[] => {
    const properties = member(artifact, 'properties')
    if (member(artifact, 'type') === 'cdk:cloud-assembly') {
      const folder = text(properties, 'directoryName')
      if (folder === undefined || !/^[\w.-]+$/.test(folder) || folder.startsWith('.')) return []
      return nested(folder).map(listed => ({ ...listed, file: `${folder}/${listed.file}` }))
    }
    const file = text(properties, 'templateFile')
    if (member(artifact, 'type') !== 'aws:cloudformation:stack' || file === undefined) return []
    const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(text(artifact, 'environment') ?? '') ?? []
    return [
      {
        file,
        stack: text(properties, 'stackName') ?? id,
        ...(account !== undefined && /^\d{12}$/.test(account) ? { account } : {}),
        ...(region === undefined || region.startsWith('unknown') ? {} : { region }),
        ...known('parameters', parameters(member(properties, 'parameters'))),
      },
    ]
  })
}

function parameters(value: unknown): Input['parameters'] {
  if (!isObject(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]): [string, string | { stack: string; output: string }][] => {
      const [stack, output] = [text(each, 'stack'), text(each, 'output')]
      if (stack !== undefined && output !== undefined) return [[name, { stack, output }]]
      return typeof each === 'string' ? [[name, each]] : []
    }),
  )
}

function text(value: unknown, name: string): string | undefined {
  const found = member(value, name)
  return typeof found === 'string' ? found : undefined
}

const known = <Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [K in Name]?: T }
