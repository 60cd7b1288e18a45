import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

export interface Import {
  from: string
  /** A path from the repository's root for a file of ours, else the specifier as it is written. */
  to: string
}

/** Paths from the root, with `/` on every system; what is installed, generated or built is not ours to judge. */
export const sourceFiles = (root: string, patterns: readonly string[]): string[] =>
  globSync(patterns, { cwd: root })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => !/(^|\/)(node_modules|generated|dist)\//.test(path))
    .toSorted()

/** Statements begin at a line's start, which leaves out code quoted in strings; `import('…')` may stand anywhere. */
const statements = [
  /^(?:import|export)\b[^'"`;=]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
]

const withoutComments = (text: string): string =>
  text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '')

const specifiers = (text: string): string[] =>
  statements.flatMap(pattern => [...withoutComments(text).matchAll(pattern)].map(match => match[1] as string))

/** Types count: a type that two files need from each other binds them as firmly as a value. */
export function imports(root: string, files: readonly string[]): Import[] {
  const entries = workspaceEntries(root)
  return files.flatMap(from =>
    specifiers(readFileSync(join(root, from), 'utf8')).map(specifier => ({
      from,
      to: specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : (entries[specifier] ?? specifier),
    })),
  )
}

/** `@tripoint/iam` → `packages/iam/src/index.ts`. */
function workspaceEntries(root: string): Record<string, string> {
  const manifests = globSync('packages/*/package.json', { cwd: root }).map(path => path.replaceAll('\\', '/'))
  return Object.fromEntries(
    manifests.flatMap(path => {
      const { name, exports } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
        name: string
        exports: Record<string, string>
      }
      return Object.entries(exports).map(([key, target]) => [
        posix.join(name, key),
        posix.join(posix.dirname(path), target),
      ])
    }),
  )
}

export const missing = (root: string, all: readonly Import[]): Import[] =>
  all.filter(({ to }) => /^(packages|tests|bench|examples)\//.test(to) && !existsSync(join(root, to)))

/** The shortest cycle through each group of files that reach one another, as the files in their order. */
export function cycles(all: readonly Import[]): string[][] {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of all) next.set(from, (next.get(from) ?? new Set()).add(to))
  const seen = new Set<string>()
  const found: string[][] = []
  for (const start of [...next.keys()].toSorted()) {
    if (seen.has(start)) continue
    const cycle = wayBack(next, start)
    if (cycle === undefined) continue
    for (const file of cycle) seen.add(file)
    found.push(cycle)
  }
  return found
}

function wayBack(next: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | undefined {
  const came = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const to of next.get(file) ?? []) {
      if (to === start) return path(came, start, file)
      if (came.has(to)) continue
      came.set(to, file)
      queue.push(to)
    }
  }
  return undefined
}

function path(came: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const files = [end]
  for (let file = end; file !== start; files.unshift(file)) file = came.get(file) as string
  return files
}

/** Folders where the ways of two files part: `gate` and `wire` for `gate/a/x.ts` and `wire/y.ts`. */
function parting(from: string, to: string): [string, string] | undefined {
  const left = dirname(from).split('/')
  const right = dirname(to).split('/')
  let shared = 0
  while (shared < left.length && shared < right.length && left[shared] === right[shared]) shared++
  if (shared === left.length && shared === right.length) return undefined
  return [left.slice(0, shared + 1).join('/'), right.slice(0, shared + 1).join('/')]
}

export interface Pair {
  folders: [string, string]
  there: Import
  back: Import
}

/** Folders that import each other, with one import of each direction. */
export function twoWayFolders(all: readonly Import[]): Pair[] {
  const first = new Map<string, { folders: [string, string]; example: Import }>()
  for (const example of all) {
    const folders = parting(example.from, example.to)
    if (folders && !first.has(folders.join(' '))) first.set(folders.join(' '), { folders, example })
  }
  return [...first.values()].flatMap(({ folders: [a, b], example: there }) => {
    const back = first.get(`${b} ${a}`)?.example
    return back && a < b ? [{ folders: [a, b] as [string, string], there, back }] : []
  })
}
