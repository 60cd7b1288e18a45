import { cpSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bundle } from './bundle.ts'
import { declarations } from './declarations.ts'
import { manifest } from './manifest.ts'

// Builds the one published package. It keeps the repository's layout, so that a path beside a source file is the same
// path beside its bundle: `node packages/cli/build/main.ts [DIR]`, by default dist/tripoint.

const root = resolve(import.meta.dirname, '../../..')
const out = resolve(process.argv[2] ?? join(root, 'dist/tripoint'))

/** Read at run time, so they go along as they are. */
const data = [
  'LICENSE',
  'README.md',
  'examples/churn/**',
  'packages/stacks/src/deployer/index.cjs',
  'packages/twin/src/generated/*.json',
  'packages/proof/src/generated/*.json',
]

function copyData() {
  for (const file of globSync(data, { cwd: root, withFileTypes: true }).filter(entry => entry.isFile())) {
    const from = join(file.parentPath, file.name)
    const to = join(out, from.slice(root.length))
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, to)
  }
}

if (existsSync(out)) rmSync(out, { recursive: true })
mkdirSync(out, { recursive: true })
// One after the other: a bundle that fails must not leave the compiler writing behind it.
const used = new Set([...(await bundle(root, out)), ...(await declarations(root, out))])
copyData()
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(root, used), null, 2)}\n`)
process.stdout.write(`built ${out}\n`)
