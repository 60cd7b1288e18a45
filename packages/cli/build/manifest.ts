import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROGRAM, SUB_PATHS } from './entry-points.ts'

interface Workspace {
  name: string
  version: string
  license: string
  dependencies?: Record<string, string>
}

/** The package.json that is published: `used` are the packages of others that code and types import. */
export function manifest(root: string, used: ReadonlySet<string>) {
  const workspaces = globSync('packages/*/package.json', { cwd: root }).map(
    path => JSON.parse(readFileSync(join(root, path), 'utf8')) as Workspace,
  )
  const cli = workspaces.find(({ name }) => name === 'tripoint') as Workspace
  return {
    name: cli.name,
    version: cli.version,
    description: 'deliver machine-learning models across AWS accounts; every permission derived, proved, observed',
    license: cli.license,
    type: 'module',
    engines: { node: '>=24' },
    bin: { tripoint: `./${PROGRAM}.js` },
    exports: Object.fromEntries(
      Object.entries(SUB_PATHS).map(([name, path]) => [name, { types: `./${path}.d.ts`, default: `./${path}.js` }]),
    ),
    // The place from which the bundled code finds what lies in the package.
    imports: { '#package': './package.json' },
    dependencies: Object.fromEntries([...used].toSorted().map(name => [name, version(name, workspaces)])),
  }
}

function version(name: string, workspaces: readonly Workspace[]): string {
  const versions = new Set(workspaces.flatMap(({ dependencies = {} }) => dependencies[name] ?? []))
  const [one, ...others] = versions
  if (one === undefined) throw new Error(`${name} is imported, and no workspace has it among its dependencies`)
  if (others.length > 0) throw new Error(`the workspaces want ${[...versions].join(' and ')} of ${name}; choose one`)
  return one
}
