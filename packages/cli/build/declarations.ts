import { execFile } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import { packageOf, SUB_PATHS } from './entry-points.ts'

/** Writes the types of what is public; the packages of others that they name are returned. */
export async function declarations(root: string, out: string): Promise<string[]> {
  const config = join(out, 'tsconfig.json')
  writeFileSync(config, JSON.stringify(configuration(root, out)))
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config])
  rmSync(config)
  const files = globSync('packages/**/*.d.ts', { cwd: out })
  return files.flatMap(file => {
    const text = portable(file.replaceAll('\\', '/'), readFileSync(join(out, file), 'utf8'))
    writeFileSync(join(out, file), text)
    return [...text.matchAll(SPECIFIER)].flatMap(match => packageOf(match[2] as string) ?? [])
  })
}

const SPECIFIER = /(\bfrom |\bimport\(|^import )["']([^"']+)["']/gm

const configuration = (root: string, out: string) => ({
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    noEmit: false,
    // `npm run typecheck` has checked it.
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    incremental: false,
    rootDir: root,
    outDir: out,
    // By their place: what is found through node_modules counts as somebody else's, and gets no declarations.
    paths: { '@tripoint/*': [join(root, 'packages/*/src/index.ts')] },
    typeRoots: [join(root, 'node_modules/@types')],
  },
  include: [],
  files: Object.values(SUB_PATHS).map(path => join(root, `${path}.ts`)),
})

/** The workspaces have no names in the published package, and it holds no `.ts`. */
const portable = (file: string, text: string): string =>
  text.replace(SPECIFIER, (_, before: string, specifier: string) => {
    const workspace = /^@tripoint\/(\w+)$/.exec(specifier)?.[1]
    const target = workspace
      ? posix.relative(posix.dirname(file), `packages/${workspace}/src/index.js`)
      : specifier.startsWith('.')
        ? specifier.replace(/\.ts$/, '.js')
        : specifier
    return `${before}"${target}"`
  })
