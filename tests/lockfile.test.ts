import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const { packages } = json('package-lock.json') as {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>
}

/** Node looks for a package beside the one that wants it, then in every folder above. */
function locked(from: string, name: string): boolean {
  if (packages[from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`]) return true
  return from !== '' && locked(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name)
}

test('the lockfile holds the packages of every platform, or npm ci refuses it', () => {
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(name => !locked(from, name))
      .map(name => `${name}, which ${from || 'the root'} wants: npm install against a registry that has it`),
  )
  expect(missing).toEqual([])
})

test('every version is exact', () => {
  const loose = ['package.json', ...globSync('packages/*/package.json', { cwd: root })].flatMap(path => {
    const { dependencies, devDependencies, optionalDependencies } = json(path) as Record<string, Record<string, string>>
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${path}: ${name} ${version}; write one version`)
  })
  expect(loose).toEqual([])
})
